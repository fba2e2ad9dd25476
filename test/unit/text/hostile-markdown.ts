import * as fc from "fast-check";

const TOKEN = "ghp_aaaaaaaaaaaaaaaaaaaaaaaaa";

// One line for each subject. Its words are the pieces; `␣` is a space, `⏎` a line end.
const PIECES = [
  "@ octocat @octocat @org/team a@b.co &#64; ＠ word 0 ␣ ␣␣",
  "fix Fixes closed resolve : #3 GH-3 o/r#4 # https://github.com/o/r/issues/5",
  "[ ] ( ) ](http://x.y) ](javascript:x) ](data:,x) ![ [^1] [^1]:␣ [r] [r]:␣//x",
  "* ** _ ~~ ` `` ```⏎ ~~~⏎ ␣␣␣␣ -␣ >␣ 1.␣ #␣ ##␣ ---⏎ ===⏎ ⏎ ⏎⏎ | |␣a␣|␣b␣|⏎|␣-␣|␣-␣|⏎ [␣]␣ [x]␣",
  "#7 #8 ,␣#7 ␣and␣ fixes␣#7 fix␣*#7* https://docs.example.com/a [a](https://docs.example.com) https://evil.trusted.example",
  "<kbd> </kbd> <sub> <br> <details> </details> <summary> </summary> <details>⏎<summary>x</summary>⏎⏎ ⏎⏎</details>⏎⏎ <details␣open>",
  "/lgtm ⏎/merge /usr/bin ftp://x.y xmpp:a@b.co mailto:a@b.co https://u:p@x.y https://github.com@x.y www.x.y",
  "<b> </b> <img␣src=x> < > <!-- --> <!--␣orb:summary:end␣--> <script> <? <a@b.co> &lt; &amp; &#0; \\",
  "&#10; &#13; &NewLine; &#x2028; &#x85; &#xB; &#12; &#124; &vert; &grave; &#35; &commat; &lt; &#x200b; &#x202e; &Tab; &#32; &nbsp;",
  "\\| \\` \\< \\@ \\# \\[ \\\\| \\⏎ ␣␣⏎ <sub>Verified␣by␣CI:␣x</sub> <br><sub>x</sub> </b> ✅ **✅␣Tests:** :x:",
  "http:// https://x.y www. {{␣x␣}} $& é 👩‍💻 /orb␣ready -----BEGIN␣PRIVATE␣KEY-----",
]
  .flatMap((subject) => subject.split(" "))
  .map((piece) => piece.replaceAll("␣", " ").replaceAll("⏎", "\n"));
const UNSEEN = ["\u200b", "\u202e", "\u00a0", "\u2028", "\u001b[31m", "\t", "\r\n", "\r", "\u0000", "\ud800"];
const SECRETS = [TOKEN, TOKEN.replace("_", "\\_")];

/** Texts of pieces that have a meaning for Markdown, GitHub or terminals, in any order. */
export const hostileMarkdown = fc
  .array(
    fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...PIECES) },
      fc.constantFrom(...UNSEEN, ...SECRETS),
      fc.string({ maxLength: 4 }),
    ),
    { maxLength: 24 },
  )
  .map((pieces) => pieces.join(""));
