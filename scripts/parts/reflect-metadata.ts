// @peculiar/x509 loads a container that refuses to start without these two functions of a retired proposal. Nothing
// here stores metadata, so "none" is the true answer to both questions. Import this file before that package.

const none = (): undefined => undefined;
for (const name of ['getMetadata', 'getOwnMetadata']) {
  if (!Reflect.has(Reflect, name)) Reflect.set(Reflect, name, none);
}
