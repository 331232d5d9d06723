// What a Forbidden error says, found in whatever text it stands in: lines of kubectl among others, a Status as JSON, a
// controller's log. Forms are the API server's own (apiserver pkg/endpoints/handlers/responsewriters/errors.go,
// apimachinery NewForbidden, pkg/registry/rbac/escalation_check.go).

import { quotedIn, quotedList, quotedMessages, quotedPattern } from './quoted-text.ts';
import { type Attributes, type Rule, resourceAttributes, rule } from './rule.ts';

/** One refusal, as the server words it. */
export type Refused =
  /** The authorizers said no to this request. `reason` is what they added, '' for nothing. */
  | {
      readonly kind: 'access';
      readonly user: string;
      readonly asked: Attributes;
      readonly reason: string;
    }
  /** A role or binding would hand out what its writer does not hold. Its namespace is not in the message. */
  | {
      readonly kind: 'escalation';
      readonly user: string;
      readonly groups: readonly string[];
      /** `rolebindings`, `clusterroles`, …; '' where it was cut off. */
      readonly resource: string;
      readonly name: string;
      readonly rules: readonly Rule[];
    }
  /** Refused behind RBAC: quota, admission, … */
  | { readonly kind: 'otherwise'; readonly message: string };

type Groups = Readonly<Record<string, string | undefined>>;

const object = String.raw`(?:(?<of>[^\s":]{1,300})(?: ${quotedPattern('name')})? is )?(?:forbidden: )?`;
const place = `(?:in the namespace ${quotedPattern('namespace')}|at the cluster scope)`;
const what = `resource ${quotedPattern('resource')} in API group ${quotedPattern('group')} ${place}`;
const access = `${object}User ${quotedPattern('user')} cannot (?<verb>\\S{1,100}) (?:${what}|path ${quotedPattern('path')})`;
const escalation = `${object}user ${quotedPattern('user')} \\(groups=\\[(?<groups>.{0,8192}?)\\]\\) is attempting to grant RBAC permissions not currently held:`;
const otherwise =
  /(?:Error from server \(Forbidden\): |^error: .*?: )(?<rest>.+)$|(?<bare>[^\s":]{1,300}(?: "(?:[^"\\]|\\.){0,300}")? is forbidden: .+)$/;

/** Much more than the longest message; of longer lines (a LIST at -v=9) the beginning is looked at. */
const maxLine = 128 * 1024;

/** Every refusal in a text, each once, in their order; none: there is no Forbidden error in it. */
export function refusalsIn(text: string): readonly Refused[] {
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.slice(0, maxLine))
    .flatMap(plainLines);
  const found = lines.flatMap((line, index) => refusalsOn(line, lines.slice(index + 1, index + 200)));
  return [...new Map(found.map((each) => [JSON.stringify(each), each])).values()];
}

/** Whether the text says that the API server did not accept the login at all (401). */
export function isUnauthenticated(text: string): boolean {
  return /You must be logged in to the server|\(Unauthorized\)|"reason": ?"Unauthorized"/.test(text);
}

const isPlain = new RegExp(`${access}|${escalation}`);

/** The line, or what is quoted in it where the message is: then it has lines of its own. */
function plainLines(line: string): readonly string[] {
  if (!/forbidden/i.test(line) && !/[Uu]ser \\*"/.test(line)) return [line];
  if (isPlain.test(line)) return [line];
  const within = quotedMessages(line).filter((each) => /forbidden|[Uu]ser \\*"/.test(each));
  return within.length === 0 ? [line] : within.flatMap((each) => each.split('\n')).flatMap(plainLines);
}

function refusalsOn(line: string, following: readonly string[]): readonly Refused[] {
  const matches = [...line.matchAll(new RegExp(access, 'g'))];
  if (matches.length > 0) {
    return matches.map((match, index) =>
      accessRefusal(match.groups ?? {}, reasonIn(line, match, matches[index + 1])),
    );
  }
  const granting = new RegExp(escalation).exec(line)?.groups;
  if (granting !== undefined) return [escalationRefusal(granting, rulesIn(following))];
  const { rest, bare } = otherwise.exec(line)?.groups ?? {};
  const message = rest ?? bare;
  // kubectl begins some errors with what it tried, and tells what the server said lines later.
  if (message === undefined || /^error when .*:$/.test(message)) return [];
  return rest === undefined || /forbidden|\(Forbidden\)|denied/.test(line)
    ? [{ kind: 'otherwise', message }]
    : [];
}

/** What stands between this refusal and the next on the line. */
function reasonIn(line: string, match: RegExpExecArray, next: RegExpExecArray | undefined): string {
  const after = line.slice(match.index + match[0].length, next?.index);
  return after.startsWith(': ') ? after.slice(2).trim() : '';
}

/** The server writes `<`, `>` and `&` of this message as HTML does. */
function unescapedHtml(text: string): string {
  const signs: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&' };
  return text.replaceAll(/&(lt|gt|amp);/g, (_, name: string) => signs[name] ?? '');
}

function accessRefusal(groups: Groups, reason: string): Refused {
  const named = (name: string): string => unescapedHtml(quotedIn(groups, name));
  const { verb = '' } = groups;
  const user = named('user');
  if (groups.path !== undefined || groups.pathBare !== undefined) {
    return { kind: 'access', user, asked: { kind: 'non-resource', verb, path: named('path') }, reason };
  }
  const [resource = '', ...below] = named('resource').split('/');
  const asked = resourceAttributes({
    verb,
    group: named('group'),
    resource,
    subresource: below.join('/'),
    name: quotedIn(groups, 'name'),
    namespace: named('namespace'),
  });
  return { kind: 'access', user, asked, reason };
}

function escalationRefusal(groups: Groups, rules: readonly Rule[]): Refused {
  return {
    kind: 'escalation',
    user: quotedIn(groups, 'user'),
    groups: quotedList(groups.groups ?? ''),
    resource: (groups.of ?? '').split('.')[0] ?? '',
    name: quotedIn(groups, 'name'),
    rules,
  };
}

/** The rules that follow, a line each, as Go prints them (rbac CompactString). */
function rulesIn(lines: readonly string[]): readonly Rule[] {
  const end = lines.findIndex((line) => !line.startsWith('{'));
  return lines.slice(0, end < 0 ? lines.length : end).map((line) => {
    const listOf = (field: string): readonly string[] =>
      quotedList(new RegExp(`\\b${field}:\\[((?:[^\\]"]|"(?:[^"\\\\]|\\\\.)*")*)\\]`).exec(line)?.[1] ?? '');
    return rule({
      verbs: listOf('Verbs'),
      apiGroups: listOf('APIGroups'),
      resources: listOf('Resources'),
      resourceNames: listOf('ResourceNames'),
      nonResourceURLs: listOf('NonResourceURLs'),
    });
  });
}
