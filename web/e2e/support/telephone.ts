import { request } from "@playwright/test";

let calls = 0;

/** The telephone system tells of a call; gives what the service answers. */
export async function rings(
  extension: string,
  caller: string,
  state: "ringing" | "answered" | "ended" = "ringing",
  token = process.env.HELPLINE_TEST_CTI_TOKEN,
): Promise<{ status: number; told?: boolean }> {
  if (state === "ringing") calls += 1;
  const api = await request.newContext({ baseURL: process.env.HELPLINE_TEST_URL });
  const response = await api.post("/api/cti/calls", {
    headers: { Authorization: `Bearer ${token}` },
    data: { call_id: `call-${calls}`, caller, extension, state },
  });
  const answer = { status: response.status(), ...(await response.json()) };
  await api.dispose();
  return answer.status === 200 ? answer : { status: answer.status };
}
