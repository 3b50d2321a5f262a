import { type Document, isScalar, visit, type YAMLError, type YAMLMap, YAMLParseError } from 'yaml';

const complaint = (at: number): YAMLError =>
  new YAMLParseError([at, at + 1], 'DUPLICATE_KEY', 'a key is written twice');

const twiceIn = (map: YAMLMap<unknown, unknown>): readonly YAMLError[] => {
  const seen = new Set<unknown>();
  return map.items.flatMap(({ key }) => {
    if (!isScalar(key)) return [];
    const isNew = !seen.has(key.value);
    seen.add(key.value);
    return isNew ? [] : [complaint(key.range?.[0] ?? 0)];
  });
};

const keysWrittenTwice = (doc: Document.Parsed): YAMLError[] => {
  const found: (readonly YAMLError[])[] = [];
  visit(doc, { Map: (_, map) => void found.push(twiceIn(map)) });
  return found.flat().sort((a, b) => a.pos[0] - b.pos[0]);
};

/**
 * What is wrong with a document that was read without `uniqueKeys`, which compares each key of a map with each other
 * one: its faults in their order, and among them the keys that are written twice, each before what stands behind it.
 */
export const errorsOf = (doc: Document.Parsed): readonly YAMLError[] => {
  const twice = keysWrittenTwice(doc);
  let told = 0;
  const before = (offset: number): readonly YAMLError[] => {
    const first = told;
    while ((twice[told]?.pos[0] ?? Number.POSITIVE_INFINITY) <= offset) told += 1;
    return twice.slice(first, told);
  };
  const errors = doc.errors.flatMap((error) => [...before(error.pos[0]), error]);
  return [...errors, ...twice.slice(told)];
};
