import { z } from 'zod';

/** Matches an element of `GATEWAY_OVERRIDE_LABELS`: the custom label of an `@override` and, after an equals sign, its percentage. */
const OVERRIDE_LABEL = /^([A-Za-z][\w\-:./]*)(?:=(\d{1,3}(?:\.\d+)?))?$/;

/** Validates a list of labels, separated by commas. Its value is their percentages, which are 100 by default. */
export const overridePercentages = z.string().transform((text, context): ReadonlyMap<string, number> => {
  const percentages = new Map<string, number>();
  for (const element of text.split(',').map((part) => part.trim())) {
    const [, label, percentage = '100'] = OVERRIDE_LABEL.exec(element) ?? [];
    if (label && Number(percentage) <= 100) percentages.set(label, Number(percentage));
    else if (element) context.addIssue(`"${element}" must be a label such as beta, or a label and a percentage such as beta=25`);
  }
  return percentages;
});
