import { isPlaceholder } from "./placeholders.ts";

/** A value whose name says that it is secret, such as that of `DB_PASSWORD=hunter2`. */
export interface NamedValue {
  readonly name: string;
  /** Whether it is a password, which may be short, and not a token or a key. */
  readonly isPassword: boolean;
  readonly value: string;
  readonly isQuoted: boolean;
  /** Whether it is in single quotation marks, in which shells and files of settings replace no variable. */
  readonly isLiteral: boolean;
  /** Whether it follows its name as in a file of settings, and not as in a sentence: `=` without spaces. */
  readonly isTight: boolean;
}

const CONSTANT = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/;
const UPPER_CASE = /^[A-Z][A-Z0-9_]*$/;
const ADDRESS =
  /^(?:[a-z][a-z0-9+.-]{1,20}:\/\/|(?:~|\.{1,2})?\/(?:[\w.-]+\/)+[\w.-]*$|(?:~|\.{1,2})\/|-----BEGIN)/i;
const DIRECTORY = /^(?:\/|~|[A-Za-z]:[\\/])/;
/** A call, an element, a generic type, a reference: `getToken(`, `keys[`, `Vec::`, `&str`. */
const CODE =
  /^(?:[A-Za-z_$][\w$]*(?:[?!]?\.[A-Za-z_$][\w$]*)*(?:\(|\[|\{|::|\?\.|=>|->)|[&*!][A-Za-z]+$|[[{(])/;
/** The same behind the name of a setting and a tight `=`, where brackets are more likely a part of the password. */
const CODE_OF_SETTING =
  /^(?:[A-Za-z_$][\w$.]*[([{]$|(?:[A-Za-z_$.]+|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+)(?:[([{]|::|\?\.|=>|->)[\w.,:]*$|[&*!][A-Za-z]+$|[[{(][^\d!@#$%^&*+=~]*$)/;
const PADDED = /^[A-Za-z0-9+/_-]{6,}={1,2}$/;
const MEMBER = /^[A-Za-z_$]+(?:\.[A-Za-z_$]+)+$/;
const TYPE_WITH_DIGITS =
  /^(?:(?:u?int|[uif]|float|utf-?|base|(?:hmac-?)?sha-?|md|[her]s|ps|(?:aes|rsa|dsa|ecdsa|secp|ed|x)-?|oauth|v)\d[\d.]*(?:[kr]1)?|(?:big)?(?:u?int|float)\d{1,2}(?:clamped)?array)$/i;
/** The name of a design token or of a version, such as `color-blue-500`. */
const WORDS_AND_NUMBER = /^[a-z]{2,20}(?:-[a-z]{2,20}){0,6}-\d{1,4}$/;
const STORAGE_KEY = /storage[_. -]?key$/i;
/** A key of Azure's storage has 88 characters. A shorter one is the name of an entry in a browser's storage. */
const STORAGE_KEY_CHARACTERS_MIN = 80;
const LETTERS = /^[\p{L}_.'’-]+$/u;
const DIGITS = /^[\d.,:/_-]+$/;
const NAMES_A_SECRET = /passw|pass_|token|secret|api_?key|credential/i;
const SIGNATURE = /sig(?:nature)?$/i;
/** Words about a secret, in place of one. */
const ABOUT = new Set(
  (
    "required optional mandatory needed missing invalid incorrect wrong expired empty unset none null nil undefined " +
    "true false yes no on off string text str number int integer boolean bool object array any unknown void never bytes " +
    "buffer uuid varchar char is are was not and or the reset changed updated rotated revoked authentication default " +
    "authorization protected disabled enabled auto manual read write admin public private inherit include omit same-origin password secret token"
  ).split(" "),
);
const PASSWORD_CHARACTERS_MIN = 4;
const TOKEN_CHARACTERS_MIN = 6;
/** In prose, such as `token: line12`. */
const LOOSE_TOKEN_CHARACTERS_MIN = 8;
/** A word of letters that is this long is more likely a token than a word. */
const TOKEN_LETTERS_MIN = 16;
const PASSPHRASE_WORDS_MIN = 4;

/** Whether a value is a secret, and not a placeholder, a word about one, or an expression of a program. */
export function isSecretValue(named: NamedValue): boolean {
  const { name, isPassword, isQuoted } = named;
  const value = named.value.trim();
  if (
    value === "" ||
    (isPlaceholder(value) && !startsWithDollar(named, value)) ||
    ABOUT.has(value.toLowerCase())
  )
    return false;
  if (ADDRESS.test(value) || (/^(?:old)?pwd$/i.test(name) && DIRECTORY.test(value))) return false;
  if (STORAGE_KEY.test(name) && value.length < STORAGE_KEY_CHARACTERS_MIN) return false;
  if (SIGNATURE.test(name) && value.length < TOKEN_LETTERS_MIN) return false;
  if (!isQuoted && (isSetting(named) ? CODE_OF_SETTING : CODE).test(value)) return false;
  if (/\s/.test(value)) return UPPER_CASE.test(name) || /phrase$/i.test(name);
  if (DIGITS.test(value)) return isPassword && isPin(named);
  if (LETTERS.test(value)) return areSecretLetters(named, value);
  if (value.length < (isPassword ? PASSWORD_CHARACTERS_MIN : TOKEN_CHARACTERS_MIN)) return false;
  if (isQuoted || named.isTight || CONSTANT.test(name)) return true;
  if (TYPE_WITH_DIGITS.test(value)) return false;
  if (isPassword || /secret$/i.test(name)) return /[\d!@#$%^&*+=~]/.test(value);
  if (WORDS_AND_NUMBER.test(value)) return false;
  return value.length >= LOOSE_TOKEN_CHARACTERS_MIN && (/\d/.test(value) || PADDED.test(value));
}

/** `PASSWORD=…`, as in a file of settings or a shell. */
function isSetting({ name, isTight }: NamedValue): boolean {
  return UPPER_CASE.test(name) && isTight;
}

/** Whether a value begins with a `$` but names no variable: `'$uper5ecret'`, and `$ecret!x` without marks. */
function startsWithDollar(named: NamedValue, value: string): boolean {
  if (!/^\$[A-Za-z]/.test(value) || (!named.isLiteral && !isSetting(named))) return false;
  return (
    (named.isLiteral && named.isPassword && /[a-z]\d[a-z]/.test(value)) || /^\$\w+[!@#%^&*+=~?]\w/.test(value)
  );
}

/** `password: 123456` is one; the count in `pass: 1204` is none. */
function isPin({ name, value }: NamedValue): boolean {
  return value.length >= PASSWORD_CHARACTERS_MIN && /^\d+$/.test(value) && !/^pass$/i.test(name);
}

function areSecretLetters(named: NamedValue, value: string): boolean {
  const { name, isPassword, isQuoted, isTight } = named;
  const isConstant = CONSTANT.test(name) || isSetting(named);
  if (NAMES_A_SECRET.test(value) && (!isConstant || !/[a-z]/.test(value))) return false;
  if (isConstant) return value.length >= PASSWORD_CHARACTERS_MIN;
  if (!isQuoted && MEMBER.test(value)) return false;
  if (isPassword && value.split(/[-_.]/).length >= PASSPHRASE_WORDS_MIN) return true;
  if (!isQuoted && !isTight) return false;
  return value.length >= (isPassword ? PASSWORD_CHARACTERS_MIN : TOKEN_LETTERS_MIN);
}
