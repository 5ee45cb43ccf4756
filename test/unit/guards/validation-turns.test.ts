import { ValidationTurns } from '../../../gateway/guards/validation-turns.js';

describe('the turns of validations', () => {
  it('are one for each turn of the event loop, in the order of the calls, so that other work runs between them', async () => {
    const turns = new ValidationTurns();
    const events: string[] = [];
    const validations = ['first', 'second', 'third'].map((name) => turns.next().then(() => events.push(name)));
    const others = (async () => {
      while (events.length < 5) await new Promise<void>((resolve) => setImmediate(() => resolve(void events.push('other'))));
    })();
    await Promise.all([...validations, others]);
    const [first, second, third] = ['first', 'second', 'third'].map((name) => events.indexOf(name));
    expect(second! - first!).toBeGreaterThan(1);
    expect(third! - second!).toBeGreaterThan(1);
  });
});
