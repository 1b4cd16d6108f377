import { computed, reactive } from "vue";
import { forgetDrafts } from "../keeping/drafts";
import type { Me, Permission, SignInWays } from "./contract";
import { events } from "./events";
import { door } from "./http";
import { DeskError } from "./problems";

interface Session {
  /** null while nobody is signed in, undefined while that is not known. */
  me: Me | null | undefined;
  /** Somebody was signed in, and the service has ended it. */
  hasExpired: boolean;
}

export const session = reactive<Session>({ me: undefined, hasExpired: false });

/** Who is signed in, for pages that only stand there for somebody who is. */
export const me = computed<Me>(() => {
  if (!session.me) throw new Error("nobody is signed in");
  return session.me;
});

export function may(permission: Permission): boolean {
  return session.me?.permissions.includes(permission) ?? false;
}

/** Asks the service who we are; throws a DeskError when it cannot be asked. */
export async function resumeSession(): Promise<void> {
  try {
    welcome(await door.get<Me>("/session"));
  } catch (error) {
    if (!(error instanceof DeskError) || error.status !== 401) throw error;
    session.me = null;
    session.hasExpired = false;
  }
}

export function waysToSignIn(): Promise<SignInWays> {
  return door.get<SignInWays>("/sign-in");
}

export async function signIn(name: string, password: string): Promise<void> {
  welcome(await door.post<Me>("/session", { name, password }));
}

/** The new password is the account's own; the session goes on. */
export async function changePassword(old: string, fresh: string): Promise<void> {
  await door.put("/password", { old, new: fresh });
  welcome(await door.get<Me>("/session"));
}

/** Ends the session here even where the service cannot be told. */
export async function signOut(): Promise<void> {
  try {
    await door.delete("/session");
  } finally {
    leave(false);
    forgetDrafts();
  }
}

function welcome(who: Me): void {
  door.csrf = who.csrf;
  session.me = who;
  session.hasExpired = false;
  forgetDrafts(who.id);
}

function leave(hasExpired: boolean): void {
  events.stop();
  door.csrf = "";
  session.me = null;
  session.hasExpired = hasExpired;
}

door.onSignedOut = () => {
  if (session.me) leave(true);
};
door.onPasswordNeeded = () => {
  if (session.me) session.me.must_change_password = true;
};
