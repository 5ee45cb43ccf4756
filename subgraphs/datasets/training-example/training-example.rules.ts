import { refusal, type UserError } from '../../shared/errors/user-error.js';
import { idempotencyKeyProblems } from '../../shared/idempotency/idempotency.js';
import { idProblems } from '../../shared/input/id.js';
import { textProblems } from '../../shared/input/text.js';
import type { TrainingCorpusKind, TrainingExample, TrainingExampleKind } from '../generated/prisma/client.js';
import type { PersonalData } from '../generated/graphql.js';
import { canonical } from '../run-comparison/flatten.js';

/** What an example says, by the names of its fields. */
export type Said = Record<string, unknown>;

/** What is the same in the inputs of all kinds. */
export interface ExampleInput {
  useCaseId?: string | null;
  qualityScore?: number | null;
  personalData?: PersonalData | null;
}
export type NewExample = ExampleInput & { corpusId: string; idempotencyKey?: string | null };
export type ChangedExample = ExampleInput & { id: string; expectedRevision: number };

/** What one kind of examples is. */
export interface ExampleRules<Input> {
  kind: TrainingExampleKind;
  /** The name of its entity, with which its mutations begin. */
  entity: string;
  /** What is wrong with what an input says. */
  problems(input: Partial<Input>): UserError[];
  /** What the example says after the input: what that leaves out is as before, or empty. */
  said(input: Partial<Input>, before: Said): Said;
}

/** Those of the fields that are columns of their own. */
const COLUMNS = ['solutionId', 'scenarioId', 'language', 'codeType'] as const;
type Columns = Pick<TrainingExample, (typeof COLUMNS)[number]>;

export function createProblems<Input>(rules: ExampleRules<Input>, input: NewExample & Partial<Input>): UserError[] {
  return [
    ...idProblems(['input', 'corpusId'], input.corpusId),
    ...changeProblems(rules, input),
    ...idempotencyKeyProblems(input.idempotencyKey),
  ];
}

export function updateProblems<Input>(rules: ExampleRules<Input>, input: ChangedExample & Partial<Input>): UserError[] {
  return [...idProblems(['input', 'id'], input.id), ...changeProblems(rules, input)];
}

function changeProblems<Input>(rules: ExampleRules<Input>, input: ExampleInput & Partial<Input>): UserError[] {
  return [
    ...rules.problems(input),
    ...idProblems(['input', 'useCaseId'], input.useCaseId),
    ...scoreProblems(['input', 'qualityScore'], input.qualityScore),
  ];
}

/** What is wrong with how good an example is said to be. */
export const scoreProblems = (field: string[], score: number | null | undefined): UserError[] =>
  score == null || (score >= 0 && score <= 1) ? [] : [{ code: 'INVALID', field, message: 'A score is from 0 to 1.' }];

/** What is wrong with a list of short texts. */
export const listProblems = (field: string[], texts: readonly string[] | null | undefined): UserError[] => {
  if ((texts?.length ?? 0) > 50) return [{ code: 'TOO_LONG', field, message: 'These are more than 50.' }];
  return (texts ?? []).flatMap((text, index) => textProblems([...field, String(index)], text, { max: 1000 }));
};

/** Refuses a corpus that does not take examples of this kind. */
export function refuseKind(kind: TrainingExampleKind, corpusKind: TrainingCorpusKind): void {
  if (corpusKind !== 'GENERAL' && corpusKind !== kind)
    throw refusal('INVALID', ['input', 'corpusId'], `This corpus takes ${corpusKind} examples.`);
}

/** What an example says, as its row has it. */
export function columnsOf(said: Said): Columns & { content: object } {
  const rest = Object.entries(said).filter(([name]) => !(COLUMNS as readonly string[]).includes(name));
  const columns = Object.fromEntries(COLUMNS.map((name) => [name, said[name] ?? null])) as unknown as Columns;
  return { ...columns, content: Object.fromEntries(rest) };
}

/** What the row of an example says: the reverse of `columnsOf`. */
export function saidBy(row: Columns & { content: unknown }): Said {
  const columns = COLUMNS.filter((name) => row[name] !== null).map((name) => [name, row[name]] as const);
  return { ...(row.content as object), ...Object.fromEntries(columns) };
}

/** Who says what of personal data after an input: what nobody has looked at since it was changed is unreviewed. */
export function review(personalData: PersonalData | null | undefined, isChanged: boolean, reviewer: string, now: Date) {
  const found = personalData ?? (isChanged ? 'UNREVIEWED' : null);
  if (found === null) return {};
  return found === 'UNREVIEWED'
    ? { personalData: found, reviewedById: null, reviewedAt: null }
    : { personalData: found, reviewedById: reviewer, reviewedAt: now };
}

/** True where the two say different things. */
export const differs = (one: Said, other: Said): boolean => canonical(one) !== canonical(other);
