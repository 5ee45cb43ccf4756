import type { UserError } from '../../shared/errors/user-error.js';
import { idempotencyKeyProblems } from '../../shared/idempotency/idempotency.js';
import { idProblems } from '../../shared/input/id.js';
import { objectProblems } from '../../shared/input/json.js';
import { textProblems } from '../../shared/input/text.js';
import type { WorkspaceCreateInput, WorkspaceMessage, WorkspaceSaveInput } from '../generated/graphql.js';

/** What a workspace holds beside its name. */
export interface Content {
  analysisData: object;
  chatHistory: WorkspaceMessage[];
}

type ContentInput = Pick<WorkspaceSaveInput, 'analysisData' | 'chatHistory'>;

export const createProblems = (input: WorkspaceCreateInput): UserError[] => [
  ...idProblems(['input', 'datasetId'], input.datasetId),
  ...nameProblems(input.name),
  ...contentProblems(input),
  ...idempotencyKeyProblems(input.idempotencyKey),
];

export const saveProblems = (input: WorkspaceSaveInput): UserError[] => [
  ...idProblems(['input', 'id'], input.id),
  ...nameProblems(input.name),
  ...contentProblems(input),
];

const nameProblems = (name: string | null | undefined): UserError[] => textProblems(['input', 'name'], name, { max: 500 });

/** A message may be blank: a client saves the conversation as it was, an answer that never came included. */
const contentProblems = ({ analysisData, chatHistory }: ContentInput): UserError[] => [
  ...objectProblems(['input', 'analysisData'], analysisData),
  ...(chatHistory ?? []).flatMap(({ content }, index) =>
    textProblems(['input', 'chatHistory', String(index), 'content'], content, { max: 100_000, mayBeBlank: true }),
  ),
];

/** The content after a save: what the input leaves out is as before. */
export const contentAfter = (before: Content, { analysisData, chatHistory }: ContentInput): Content => ({
  analysisData: (analysisData as object | null | undefined) ?? before.analysisData,
  chatHistory: chatHistory?.map(({ role, content }) => ({ role, content })) ?? before.chatHistory,
});

/** The bytes of the content as JSON in UTF-8. */
export const sizeOf = ({ analysisData, chatHistory }: Content): number =>
  Buffer.byteLength(JSON.stringify(analysisData)) + Buffer.byteLength(JSON.stringify(chatHistory));
