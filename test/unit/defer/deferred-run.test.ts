import { DeferredRun } from '../../../gateway/execution/defer/deferred-run.js';
import type { Execution } from '../../../gateway/execution/execution.js';
import { emptyPlan, type DeferredStep, type Step } from '../../../gateway/execution/plan/compiled-plan.js';

const NOTHING: Step = { kind: 'Sequence', steps: [] };
const results = (id: string): Step => ({ kind: 'Tracked', id, step: NOTHING });

/** A run whose steps a test completes one by one. */
function begin(step: Step | null, deferred: DeferredStep[]) {
  const begun: { step: Step | null; end(error?: Error): void; tell(id: string): void }[] = [];
  const execution = (): Execution => {
    const one = {
      onStepCompleted: null as ((id: string) => void) | null,
      run: (ran: Step | null) =>
        new Promise<void>((resolve, reject) => {
          begun.push({ step: ran, end: (error) => (error ? reject(error) : resolve()), tell: (id) => one.onStepCompleted?.(id) });
        }),
    };
    return one as unknown as Execution;
  };
  const run = new DeferredRun({ ...emptyPlan(), step, canShareObjects: false, deferredSteps: deferred }, execution);
  return { run, begun, finished: run.run() };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('the execution of a deferred part', () => {
  it('begins as soon as all of its dependencies are complete', async () => {
    const own = results('c');
    const { run, begun, finished } = begin({ kind: 'Parallel', steps: [results('a'), results('b'), NOTHING] }, [
      { label: 'x', dependsOn: ['a', 'b'], step: own },
    ]);
    begun[0]!.tell('a');
    await turn();
    expect(begun).toHaveLength(1);
    begun[0]!.tell('b');
    await turn();
    expect(begun[1]!.step).toBe(own);
    expect(run.stepRuns.get('x')!.isDone).toBe(false);
    begun[1]!.end();
    await run.stepRuns.get('x')!.whenDone;
    expect(run.stepRuns.get('x')!.isDone).toBe(true);
    begun[0]!.end();
    await finished;
  });

  it('waits for all requests of a fetch that was split', async () => {
    const { begun } = begin({ kind: 'Parallel', steps: [results('a'), results('a')] }, [{ label: 'x', dependsOn: ['a'], step: NOTHING }]);
    begun[0]!.tell('a');
    await turn();
    expect(begun).toHaveLength(1);
    begun[0]!.tell('a');
    await turn();
    expect(begun).toHaveLength(2);
  });

  it('waits for no other fetch than its dependencies, and for another part if it depends on that', async () => {
    const { begun, finished } = begin({ kind: 'Sequence', steps: [results('a')] }, [
      { label: 'x', dependsOn: ['a'], step: results('b') },
      { label: 'y', dependsOn: ['b'], step: NOTHING },
    ]);
    begun[0]!.end();
    await finished;
    await turn();
    expect(begun).toHaveLength(2);
    begun[1]!.end();
    await turn();
    expect(begun).toHaveLength(3);
  });

  it('waits in a mutation for another part, too, if it depends on that', async () => {
    const { begun } = begin({ kind: 'Mutations', fields: [{ responseKey: 'm', isNonNull: false, step: results('a') }] }, [
      { label: 'x', dependsOn: ['a'], step: results('b') },
      { label: 'y', dependsOn: ['b'], step: NOTHING },
    ]);
    begun[0]!.end();
    await turn();
    expect(begun).toHaveLength(2);
    begun[1]!.end();
    await turn();
    expect(begun).toHaveLength(3);
  });

  it('begins after the whole of a mutation', async () => {
    const { begun } = begin({ kind: 'Mutations', fields: [{ responseKey: 'm', isNonNull: false, step: results('a') }] }, [
      { label: 'x', dependsOn: ['a'], step: NOTHING },
    ]);
    begun[0]!.tell('a');
    await turn();
    expect(begun).toHaveLength(1);
    begun[0]!.end();
    await turn();
    expect(begun).toHaveLength(2);
  });

  it('never begins after its client has disconnected', async () => {
    const { run, begun } = begin(results('a'), [{ label: 'x', dependsOn: ['a'], step: NOTHING }]);
    run.abandon();
    begun[0]!.tell('a');
    await run.stepRuns.get('x')!.whenDone;
    expect(begun).toHaveLength(1);
  });

  it('reports an internal error to the reader of the part, and lets others begin', async () => {
    const { run, begun } = begin(NOTHING, [
      { label: 'x', dependsOn: [], step: results('b') },
      { label: 'y', dependsOn: ['b'], step: NOTHING },
    ]);
    await turn();
    begun[1]!.end(new Error('a mistake'));
    await run.stepRuns.get('x')!.whenDone;
    await turn();
    expect(run.stepRuns.get('x')!.internalError?.message).toBe('a mistake');
    expect(begun).toHaveLength(3);
  });
});
