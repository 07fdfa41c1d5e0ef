import { expect, test } from "../people";

test("the server says that it is well", async ({ request }) => {
  const answer = await request.get("/health");
  expect(answer.status()).toBe(200);
});
