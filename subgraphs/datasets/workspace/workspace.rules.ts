import type { UserError } from '../../shared/errors/user-error.js';
import { idempotencyKeyProblems } from '../../shared/idempotency/idempotency.js';
import { idProblems } from '../../shared/input/id.js';
import { objectProblems } from '../../shared/input/json.js';
import { textProblems } from '../../shared/input/text.js';
import type { WorkspaceCreateInput, WorkspaceMessage, WorkspaceSaveInput } from '../generated/graphql.js';

/** The large fields of a workspace. */
export interface WorkspaceContent {
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

/** Messages may be blank, because clients save conversations as they were, including answers that were never completed. */
const contentProblems = ({ analysisData, chatHistory }: ContentInput): UserError[] => [
  ...objectProblems(['input', 'analysisData'], analysisData),
  ...(chatHistory ?? []).flatMap(({ content }, index) =>
    textProblems(['input', 'chatHistory', String(index), 'content'], content, { max: 100_000, mayBeBlank: true }),
  ),
];

/** Returns the content after a save. Fields that the input leaves out keep their values. */
export const contentAfter = (before: WorkspaceContent, { analysisData, chatHistory }: ContentInput): WorkspaceContent => ({
  analysisData: (analysisData as object | null | undefined) ?? before.analysisData,
  chatHistory: chatHistory?.map(({ role, content }) => ({ role, content })) ?? before.chatHistory,
});

/** Returns the size of the content as UTF-8 JSON, in bytes. */
export const sizeOf = ({ analysisData, chatHistory }: WorkspaceContent): number =>
  Buffer.byteLength(JSON.stringify(analysisData)) + Buffer.byteLength(JSON.stringify(chatHistory));
