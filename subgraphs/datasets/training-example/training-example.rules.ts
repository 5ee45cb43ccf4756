import { fieldName, refusal, type UserError } from '../../shared/errors/user-error.js';
import { idempotencyKeyProblems } from '../../shared/idempotency/idempotency.js';
import { idProblems } from '../../shared/input/id.js';
import { textProblems } from '../../shared/input/text.js';
import type { TrainingCorpusKind, TrainingExample, TrainingExampleKind } from '../generated/prisma/client.js';
import type { PersonalData } from '../generated/graphql.js';
import { canonicalJson } from '../run-comparison/flatten.js';

/** The fields of an example that depend on its kind, by name. */
export type ExampleFields = Record<string, unknown>;

/** The input fields that all kinds of examples have. */
export interface ExampleInput {
  useCaseId?: string | null;
  qualityScore?: number | null;
  personalData?: PersonalData | null;
}
export type NewExample = ExampleInput & { corpusId: string; idempotencyKey?: string | null };
export type ChangedExample = ExampleInput & { id: string; expectedRevision: number };

/** The properties of a kind of examples. */
export interface ExampleRules<Input> {
  kind: TrainingExampleKind;
  /** The name of the entity, with which the names of its mutations begin. */
  entity: string;
  /** Returns the problems of the input fields of this kind. */
  problems(input: Partial<Input>): UserError[];
  /** Returns the fields after the input is applied. Fields that it leaves out keep their values or are empty. */
  fieldsAfter(input: Partial<Input>, before: ExampleFields): ExampleFields;
}

/** The fields that are columns of the table, because examples are filtered by them. */
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

/** Returns a problem unless the quality score is from 0 to 1. */
export const scoreProblems = (field: string[], score: number | null | undefined): UserError[] =>
  score == null || (score >= 0 && score <= 1)
    ? []
    : [{ code: 'INVALID', field, message: `${fieldName(field)} must be between 0 and 1; got ${score}.` }];

/** Returns the problems of a list of up to 50 texts of up to 1,000 characters. */
export const listProblems = (field: string[], texts: readonly string[] | null | undefined): UserError[] => {
  const items = texts ?? [];
  if (items.length > 50)
    return [{ code: 'TOO_LONG', field, message: `${fieldName(field)} must have at most 50 items; got ${items.length}.` }];
  return items.flatMap((text, index) => textProblems([...field, String(index)], text, { max: 1000 }));
};

/** Throws Refusal if the corpus does not allow examples of this kind. */
export function refuseWrongKind(kind: TrainingExampleKind, corpusKind: TrainingCorpusKind): void {
  if (corpusKind !== 'GENERAL' && corpusKind !== kind)
    throw refusal('INVALID', ['input', 'corpusId'], `The corpus only allows ${corpusKind} examples; got a ${kind} example.`);
}

/** Returns the fields of an example as columns of its row. */
export function columnsOf(fields: ExampleFields): Columns & { content: object } {
  const rest = Object.entries(fields).filter(([name]) => !(COLUMNS as readonly string[]).includes(name));
  const columns = Object.fromEntries(COLUMNS.map((name) => [name, fields[name] ?? null])) as unknown as Columns;
  return { ...columns, content: Object.fromEntries(rest) };
}

/** Returns the fields of an example from its row: the inverse of `columnsOf`. */
export function fieldsOf(row: Columns & { content: unknown }): ExampleFields {
  const columns = COLUMNS.filter((name) => row[name] !== null).map((name) => [name, row[name]] as const);
  return { ...(row.content as object), ...Object.fromEntries(columns) };
}

/** Returns the columns of the review for personal data to change. A change of the content without a new review resets it to UNREVIEWED. */
export function reviewAfter(personalData: PersonalData | null | undefined, isChanged: boolean, reviewer: string, now: Date) {
  const result = personalData ?? (isChanged ? 'UNREVIEWED' : null);
  if (result === null) return {};
  return result === 'UNREVIEWED'
    ? { personalData: result, reviewedById: null, reviewedAt: null }
    : { personalData: result, reviewedById: reviewer, reviewedAt: now };
}

/** True if the fields have different values. */
export const isDifferent = (one: ExampleFields, other: ExampleFields): boolean => canonicalJson(one) !== canonicalJson(other);
