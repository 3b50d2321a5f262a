/** What a test by hand needs from whoever runs it; without it the test fails and says what is missing. */
export function needed(name: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new Error(`${name} is not set: this test needs a server of its own (see CONTRIBUTING.md).`);
}
