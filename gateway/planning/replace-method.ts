/** Restores a replaced method. */
export type RestoreMethod = () => void;

/** Replaces a method of an object, and returns a function that restores it. */
export function replaceMethod<Owner extends object, Name extends keyof Owner>(
  owner: Owner,
  name: Name,
  createMethod: (original: Owner[Name]) => Owner[Name],
): RestoreMethod {
  const original = owner[name];
  owner[name] = createMethod(original);
  return () => {
    owner[name] = original;
  };
}
