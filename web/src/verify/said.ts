/** Sentences in both languages, and values shown so that they cannot disturb the sentence around them. */

export interface Said { readonly en: string; readonly ar: string }

/** A finding: what is wrong, where, and how near to the cause it is (1 is nearest). */
export interface Finding {
  readonly said: Said;
  readonly file: string | null;
  readonly entry: string | null;
  readonly rank: number;
}

export const CAUSE = 1;
export const PLACE = 2;
export const CONSEQUENCE = 3;

export function finding(en: string, ar: string, where: { file?: string; entry?: string; rank?: number } = {}): Finding {
  return { said: { en, ar }, file: where.file ?? null, entry: where.entry ?? null, rank: where.rank ?? PLACE };
}

// Controls, zero-width and bidi characters, line separators, tags and the like never reach a sentence unseen.
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202f\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\u{e0000}-\u{e0fff}]/gu;
const SHOWN_MAX = 300;

/** Text with invisible characters written as visible escapes; newlines stay when `lines` is set. */
export function visible(text: string, lines = false): string {
  return text.replace(UNSEEN, (c) => {
    if (lines && c === "\n") return c;
    if (c === "\u200c" || c === "\u200d") return c; // joiners belong to the spelling of Arabic, Persian and Kurdish words
    return `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`;
  });
}

/** A value inside a sentence: visible, bounded, and isolated from the direction of the text around it. */
export function quoted(text: string): string {
  const shown = visible(text);
  const short = shown.length > SHOWN_MAX ? `${shown.slice(0, SHOWN_MAX)}…` : shown;
  return `\u2068${short}\u2069`;
}

export function shortId(id: string): string {
  return `\u2068${id.slice(0, 8)}…\u2069`;
}
