/** The kind of a block. Code and tables are not divided at sentences. */
export type BlockKind = 'heading' | 'text' | 'code' | 'table';

/** A part of a text, such as a paragraph: a range of its UTF-16 code units. */
export interface Block {
  readonly kind: BlockKind;
  /** The index of the first code unit. */
  readonly start: number;
  /** The index after the last code unit. */
  readonly end: number;
  /** The level of a heading, from 1; a heading belongs to the last one of a lower level. Undefined for other blocks. */
  readonly level?: number;
  /** The plain text of a heading, without markup. */
  readonly title?: string;
}

/** A text with the blocks that it consists of, in their order and without overlaps. Text between blocks is white space or markup. */
export interface ParsedText {
  readonly text: string;
  readonly blocks: readonly Block[];
}
