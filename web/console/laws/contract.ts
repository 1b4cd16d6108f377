/** Laws that are taken in: names for the types that are generated from the service's description. */
import type { components } from "../../widget/api/openapi";

type Schemas = components["schemas"];

export type LawImport = Schemas["LawImportShown"];
export type LawDetails = Schemas["LawDetails"];
export type LawMove = Schemas["LawMove"];
export type LawMoveShown = Schemas["LawMoveShown"];
export type LawFault = Schemas["LawFault"];
export type LawVersion = Schemas["LawVersionShown"];
export type Laws = Schemas["LawsShown"];
export type NewConfirmation = Schemas["NewLawConfirmation"];
export type Release = Schemas["ReleaseShown"];

export interface ArticleRead {
  number: string;
  heads: string[];
  text: string;
  line: number;
}

/** What was read of a file; lines count from 1, blank ones left out. */
export interface Reading {
  title: string;
  numbering: "articles" | "points" | "whole";
  lines: string[];
  articles: ArticleRead[];
  left_out: { line: number; kind: string; text: string }[];
  problems: { line: number; message: string }[];
}

export type WholeImport = Omit<Schemas["WholeLawImport"], "reading"> & { reading: Reading };

/** The service refuses what is larger, in bytes. */
export const LARGEST_FILE = 20_000_000;
export const FILES = ".docx,.pdf,.html,.htm,.md,.txt";
