import type { InjectionKey } from "vue";

/** Fetches a draft by its key, filled with what the conversation knows; rejects with an ApiError that can be shown. */
export type FetchDraft = (key: string) => Promise<Blob>;

export const FETCH_DRAFT: InjectionKey<FetchDraft> = Symbol("fetch draft");
