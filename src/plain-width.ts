// How wide a text is on a terminal, for the help, whose words are all ours. The build puts this in the place of the
// package "string-width" where yargs asks for it: that one knows emoji, and costs every command 70 ms to load.

/** In letters; for plain ones, each of which is one cell wide. */
export default function plainWidth(text: string): number {
  return [...text].length;
}
