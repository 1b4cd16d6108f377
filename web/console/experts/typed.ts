/** What the form holds while somebody types, and what is wrong with it. */
import type { Expert, NewExpert } from "./contract";

export interface Typed {
  name: string;
  organisation: string;
  fields: string;
  cities: string[];
  phone: string;
  email: string;
  consent_on: string;
  consent_until: string;
  consent_how: string;
  note: string;
}

export function typedOf(one: Expert | null): Typed {
  return {
    ...{ name: one?.name ?? "", organisation: one?.organisation ?? "" },
    ...{ fields: one?.fields.join("、") ?? "", cities: [...(one?.cities ?? [])] },
    ...{ phone: one?.phone ?? "", email: one?.email ?? "", note: one?.note ?? "" },
    ...{ consent_on: one?.consent_on ?? "", consent_until: one?.consent_until ?? "" },
    consent_how: one?.consent_how ?? "",
  };
}

export function expertOf(typed: Typed): NewExpert {
  const text = (value: string) => value.trim() || null;
  return {
    ...{ name: typed.name.trim(), organisation: text(typed.organisation), cities: typed.cities },
    fields: typed.fields.split(/[、，,]+/).flatMap((one) => one.trim() || []),
    ...{ phone: text(typed.phone), email: text(typed.email), note: text(typed.note) },
    ...{ consent_on: text(typed.consent_on), consent_until: text(typed.consent_until) },
    consent_how: text(typed.consent_how),
  };
}

/** What keeps it from being saved; empty where nothing does. */
export function problemOf(typed: Typed, today: string): string {
  const one = expertOf(typed);
  if (!one.name) return "请写姓名。";
  if (!one.fields.length) return "请写擅长什么。";
  if (!one.phone && !one.email) return "请至少留一个联系方式：电话或者邮箱。";
  if (one.phone && !/^[0-9+() 转-]{5,40}$/.test(one.phone)) return "电话只写数字、横线和「转」。";
  if (one.email && !/^[^@\s]+@[^@\s]+\.[^@\s.]+$/.test(one.email)) return "邮箱的写法不对。";
  if (one.consent_on && one.consent_on > today) return "同意的日期不能在今天以后。";
  if (one.consent_on && !one.consent_how) return "请写怎么同意的，比如签了哪份书面同意。";
  if (!one.consent_on && (one.consent_until || one.consent_how)) return "请写哪天同意的。";
  if (one.consent_on && one.consent_until && one.consent_until < one.consent_on)
    return "同意的到期日不能早于同意那天。";
  return "";
}
