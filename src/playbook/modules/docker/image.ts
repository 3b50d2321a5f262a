/** An image's name in two parts: `registry:5000/a/b` and `1.2`, or `sha256:…` after an @. */
export interface ImageName {
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

const digestPattern = /@(sha256:[0-9a-f]+)$/;

/** Takes an image's name apart. */
export const splitImage = (name: string): ImageName => {
  const digest = digestPattern.exec(name)?.[1];
  if (digest !== undefined) return { repository: name.slice(0, name.lastIndexOf('@')), digest };
  const [, repository = name, tag] = /^(.*):([^/:]+)$/.exec(name) ?? [];
  return tag === undefined ? { repository } : { repository, tag };
};

/** True for an image's own number, which no registry knows. */
export const isImageId = (name: string): boolean => /^sha256:[0-9a-f]{64}$/.test(name);

/** The whole name: with its tag, `latest` when none is written. */
export const wholeName = (name: string, tag = 'latest'): string => {
  if (isImageId(name)) return name;
  const { repository, digest, tag: own } = splitImage(name);
  return digest === undefined ? `${repository}:${own ?? tag}` : `${repository}@${digest}`;
};
