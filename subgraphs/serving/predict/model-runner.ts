import { outputsByRow, type ModelOutput } from '../inference/model-outputs.js';
import { toFeeds, RowFault, acceptsBatches, type Row } from '../inference/feeds.js';
import type { Inference, CachedArtifact } from '../inference/inference.js';
import { InferenceFault } from '../inference/inference-fault.js';
import type { SchemaMismatch } from '../inference/schema-validators.js';
import { inferSignature } from '../inference/infer-signature.js';
import type { ModelArtifactStore } from '../model-artifact/model-artifact.store.js';
import type { ModelVersionRow } from '../model-version/model-version.store.js';
import type { ModelStore } from '../model/model.store.js';
import type { Target } from './target.store.js';

/** The result of running a model on one row. */
export type RowOutcome = (ModelOutput | { fault: InferenceFault }) & { latencyMs: number };

/** Runs the model versions of prediction targets. It does not write to the database. */
export class ModelRunner {
  readonly #models: ModelStore;
  readonly #artifacts: ModelArtifactStore;
  readonly #inference: Inference;

  constructor(models: ModelStore, artifacts: ModelArtifactStore, inference: Inference) {
    this.#models = models;
    this.#artifacts = artifacts;
    this.#inference = inference;
  }

  /** The time limit of a prediction in ms. */
  get timeoutMs(): number {
    return this.#inference.timeoutMs;
  }

  /** True if the model runs here, or the operator allows the origin of its endpoint. */
  canReach({ endpointUrl }: Target): boolean {
    return endpointUrl === null || this.#inference.endpoints.allows(endpointUrl);
  }

  /** Returns the first mismatch between a row and the input schema of the version, or null. */
  schemaMismatch({ version }: Target, row: unknown): SchemaMismatch | null {
    return this.#inference.validators.mismatch(version.inputSchema as object, row);
  }

  /** Throws RowFault for the first row that does not fit the input tensors of the version's artifact. */
  async checkRows(target: Target, rows: readonly Row[]): Promise<void> {
    const signature = (await this.#artifact(target.version))?.signature;
    if (signature) for (const [index, row] of rows.entries()) atRow(index, () => toFeeds(signature, [row]));
  }

  /** Runs the rows and returns their outcomes in the same order: in one batch if the model accepts batches, else one after another. */
  async run(target: Target, rows: readonly Row[]): Promise<RowOutcome[]> {
    const deadline = Date.now() + this.timeoutMs;
    const artifact = await this.#artifact(target.version);
    const isOneBatch = rows.length === 1 || (artifact ? acceptsBatches(artifact.signature) : true);
    if (isOneBatch) return this.#runBatch(target, artifact, rows, deadline);
    const outcomes: RowOutcome[] = [];
    for (const row of rows) outcomes.push(...(await this.#runBatch(target, artifact, [row], deadline)));
    return outcomes;
  }

  async #runBatch(target: Target, artifact: CachedArtifact | null, rows: readonly Row[], deadline: number): Promise<RowOutcome[]> {
    const startedAt = performance.now();
    const elapsedMs = () => Math.ceil(performance.now() - startedAt);
    try {
      const outputs = await this.#outputs(target, artifact, rows, deadline);
      const latencyMs = elapsedMs();
      return outputs.map((output) => ({ ...output, latencyMs }));
    } catch (error) {
      const fault = error instanceof RowFault ? new InferenceFault('MODEL_FAILED', `Row ${error.row + 1}: ${error.message}`) : error;
      if (!(fault instanceof InferenceFault)) throw error;
      const latencyMs = elapsedMs();
      return rows.map(() => ({ fault, latencyMs }));
    }
  }

  async #outputs(target: Target, artifact: CachedArtifact | null, rows: readonly Row[], deadline: number): Promise<ModelOutput[]> {
    const { version, endpointUrl } = target;
    const signature = artifact?.signature ?? inferSignature(version.inputSchema, rows);
    const feeds = toFeeds(signature, rows);
    const classes = signature.classes ?? labelsOf(version);
    if (endpointUrl !== null) {
      const { name } = await this.#models.byIdOrThrow(version.modelId);
      return outputsByRow(await this.#inference.endpoints.infer(endpointUrl, name, feeds, deadline), classes, rows.length);
    }
    const { orgId, blobId } = artifact!;
    const model = {
      key: `${orgId} ${blobId}`,
      signature,
      read: () => this.#artifacts.bytes({ orgId, blobId }),
    };
    return outputsByRow(await this.#inference.pool.run(model, feeds, deadline), classes, rows.length);
  }

  /** Returns the artifact of the version, or null if it has none. */
  async #artifact({ orgId, artifactSha256 }: ModelVersionRow): Promise<CachedArtifact | null> {
    if (artifactSha256 === null) return null;
    const key = `${orgId} ${Buffer.from(artifactSha256).toString('base64url')}`;
    const cached = this.#inference.artifactCache.get(key);
    if (cached) return cached;
    const row = await this.#artifacts.of({ artifactSha256 });
    if (!row) throw new Error(`A model version of the organization ${orgId} references an artifact that does not exist.`);
    const artifact = { orgId, blobId: row.blobId, signature: row.signature };
    this.#inference.artifactCache.set(key, artifact);
    return artifact;
  }
}

/** Returns the class labels that the version's output schema lists for `label`, or null. */
function labelsOf({ outputSchema }: ModelVersionRow): string[] | null {
  const labels = (outputSchema as { properties?: { label?: { enum?: unknown } } } | null)?.properties?.label?.enum;
  return Array.isArray(labels) && labels.every((label) => typeof label === 'string') ? labels : null;
}

/** Runs `convert` and replaces the row index of its RowFault. */
function atRow(row: number, convert: () => unknown): void {
  try {
    convert();
  } catch (error) {
    throw error instanceof RowFault ? new RowFault(row, error.path, error.message) : error;
  }
}
