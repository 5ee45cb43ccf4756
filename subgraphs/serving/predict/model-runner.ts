import { answersOf, type Answer } from '../inference/answers.js';
import { feedsOf, RowFault, takesBatches, type Row } from '../inference/feeds.js';
import type { Inference, KnownArtifact } from '../inference/inference.js';
import { InferenceFault } from '../inference/inference-fault.js';
import { signatureOfRows } from '../inference/signature-of-rows.js';
import type { ModelArtifactStore } from '../model-artifact/model-artifact.store.js';
import type { ModelVersionRow } from '../model-version/model-version.store.js';
import type { ModelStore } from '../model/model.store.js';
import type { Target } from './target.store.js';

/** What came of one row. */
export type Outcome = (Answer | { fault: InferenceFault }) & { latencyMs: number };

/** Runs the versions that targets name. It writes nothing. */
export class ModelRunner {
  readonly #models: ModelStore;
  readonly #artifacts: ModelArtifactStore;
  readonly #inference: Inference;

  constructor(models: ModelStore, artifacts: ModelArtifactStore, inference: Inference) {
    this.#models = models;
    this.#artifacts = artifacts;
    this.#inference = inference;
  }

  /** Milliseconds that a prediction may take. */
  get timeoutMs(): number {
    return this.#inference.timeoutMs;
  }

  /** Whether the deployment's endpoint is one that is called from here. */
  reaches({ endpointUrl }: Target): boolean {
    return endpointUrl === null || this.#inference.endpoints.allows(endpointUrl);
  }

  /** Throws RowFault for the first row that does not fit into the tensors of the version's file. */
  async check(target: Target, rows: readonly Row[]): Promise<void> {
    const signature = (await this.#artifact(target.version))?.signature;
    if (signature) for (const [index, row] of rows.entries()) atRow(index, () => feedsOf(signature, [row]));
  }

  /** What comes of each row, in their order: together where the model takes many, one after another where it does not. */
  async run(target: Target, rows: readonly Row[]): Promise<Outcome[]> {
    const deadline = Date.now() + this.timeoutMs;
    const artifact = await this.#artifact(target.version);
    const takesAll = rows.length === 1 || (artifact ? takesBatches(artifact.signature) : true);
    if (takesAll) return this.#together(target, artifact, rows, deadline);
    const outcomes: Outcome[] = [];
    for (const row of rows) outcomes.push(...(await this.#together(target, artifact, [row], deadline)));
    return outcomes;
  }

  async #together(target: Target, artifact: KnownArtifact | null, rows: readonly Row[], deadline: number): Promise<Outcome[]> {
    const started = performance.now();
    const latencyMs = () => Math.ceil(performance.now() - started);
    try {
      const answers = await this.#answers(target, artifact, rows, deadline);
      const took = latencyMs();
      return answers.map((answer) => ({ ...answer, latencyMs: took }));
    } catch (error) {
      const fault = error instanceof RowFault ? new InferenceFault('MODEL_FAILED', `Row ${error.row + 1}: ${error.message}`) : error;
      if (!(fault instanceof InferenceFault)) throw error;
      const took = latencyMs();
      return rows.map(() => ({ fault, latencyMs: took }));
    }
  }

  async #answers(target: Target, artifact: KnownArtifact | null, rows: readonly Row[], deadline: number): Promise<Answer[]> {
    const { version, endpointUrl } = target;
    const signature = artifact?.signature ?? signatureOfRows(version.inputSchema, rows);
    const feeds = feedsOf(signature, rows);
    const classes = signature.classes ?? labelsOf(version);
    if (endpointUrl !== null) {
      const { name } = await this.#models.existing(version.modelId);
      return answersOf(await this.#inference.endpoints.infer(endpointUrl, name, feeds, deadline), classes, rows.length);
    }
    const { orgId, blobId } = artifact!;
    const model = {
      key: `${orgId} ${blobId}`,
      signature,
      read: () => this.#artifacts.bytes({ orgId, blobId }),
    };
    return answersOf(await this.#inference.pool.run(model, feeds, deadline), classes, rows.length);
  }

  /** What is known of the version's file. Files never change, so that what was known stays true. */
  async #artifact({ orgId, artifactSha256 }: ModelVersionRow): Promise<KnownArtifact | null> {
    if (artifactSha256 === null) return null;
    const key = `${orgId} ${Buffer.from(artifactSha256).toString('base64url')}`;
    const known = this.#inference.artifacts.get(key);
    if (known) return known;
    const row = await this.#artifacts.of({ artifactSha256 });
    if (!row) throw new Error(`The artifact of a version of ${orgId} is referenced and missing.`);
    const found = { orgId, blobId: row.blobId, signature: row.signature };
    this.#inference.artifacts.set(key, found);
    return found;
  }
}

/** The labels that the version's output schema lists, in the order of their probabilities. */
function labelsOf({ outputSchema }: ModelVersionRow): string[] | null {
  const labels = (outputSchema as { properties?: { label?: { enum?: unknown } } } | null)?.properties?.label?.enum;
  return Array.isArray(labels) && labels.every((label) => typeof label === 'string') ? labels : null;
}

function atRow(row: number, work: () => unknown): void {
  try {
    work();
  } catch (error) {
    throw error instanceof RowFault ? new RowFault(row, error.path, error.message) : error;
  }
}
