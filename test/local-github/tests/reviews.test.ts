import { describe, expect, test } from "../../support/testing.ts";
import { refusal, ADD_X, recordEvents, nameOf, setBranchScene } from "./scene.ts";

describe("a request for review", () => {
  test("asks collaborators and teams, and can be withdrawn", async () => {
    await using scene = await setBranchScene();
    const { github, acme, repository, octokit, at } = scene;
    await octokit.rest.pulls.create({ ...at, ...ADD_X });
    github.addCollaborator(repository, github.createUser("mona"), "write");
    github.createTeam(acme, "core");
    const ask = { ...at, pull_number: 1, reviewers: ["Mona"], team_reviewers: ["core"] };
    const { data } = await octokit.rest.pulls.requestReviewers(ask);
    expect(data.requested_reviewers?.map(({ login }) => login)).toEqual(["mona"]);
    expect(data.requested_teams?.map(({ slug }) => slug)).toEqual(["core"]);
    await octokit.rest.pulls.removeRequestedReviewers({ ...ask, reviewers: ["mona"], team_reviewers: [] });
    const { data: left } = await octokit.rest.pulls.listRequestedReviewers({ ...at, pull_number: 1 });
    expect([left.users, left.teams.map(({ slug }) => slug)]).toEqual([[], ["core"]]);
  });

  test("is refused for the author, for strangers, and for more than fifteen", async () => {
    await using scene = await setBranchScene();
    const { github, repository, octokit, at } = scene;
    await github.openPullRequest(repository, { ...ADD_X, by: github.octocat });
    const ask = (...reviewers: string[]): Promise<unknown> =>
      octokit.rest.pulls.requestReviewers({ ...at, pull_number: 1, reviewers });
    const message = "Review cannot be requested from pull request author.";
    expect(await refusal(ask("octocat"))).toMatchObject({ status: 422, body: { message } });
    github.createUser("stranger");
    expect(await refusal(ask("stranger"))).toMatchObject({
      status: 422,
      body: { message: expect.stringContaining("is not a collaborator of the acme/widgets repository") },
    });
    const many = Array.from({ length: 16 }, (_each, index) => github.createUser(`person-${index}`));
    for (const person of many) github.addCollaborator(repository, person, "write");
    expect(await refusal(ask(...many.map(({ login }) => login)))).toMatchObject({ status: 422 });
    expect(github.pullRequest(repository, 1).requestedReviewers).toEqual([]);
  });
});

describe("a review", () => {
  test("is listed with its comments, ends the request, and is reported", async () => {
    await using scene = await setBranchScene();
    const { github, repository, octokit, at } = scene;
    await octokit.rest.pulls.create({ ...at, ...ADD_X });
    const mona = github.createUser("mona");
    github.addCollaborator(repository, mona, "write");
    await octokit.rest.pulls.requestReviewers({ ...at, pull_number: 1, reviewers: ["mona"] });
    const events = recordEvents(github);
    const comments = [{ path: "x", line: 1, body: "Why x?" }];
    await github.review(repository, 1, { event: "REQUEST_CHANGES", body: "Not yet", comments, by: mona });
    expect(events.map(nameOf)).toEqual([
      "pull_request_review submitted",
      "pull_request_review_comment created",
    ]);
    const { data: reviews } = await octokit.rest.pulls.listReviews({ ...at, pull_number: 1 });
    expect(reviews).toEqual([
      expect.objectContaining({
        state: "CHANGES_REQUESTED",
        body: "Not yet",
        commit_id: await github.branchSha(repository, "agent/x"),
      }),
    ]);
    const { data: listed } = await octokit.rest.pulls.listReviewComments({ ...at, pull_number: 1 });
    expect(listed).toEqual([expect.objectContaining({ path: "x", line: 1, body: "Why x?" })]);
    const { data: left } = await octokit.rest.pulls.listRequestedReviewers({ ...at, pull_number: 1 });
    expect(left.users).toEqual([]);
  });

  test("by the author can only comment", async () => {
    await using scene = await setBranchScene();
    const { octokit, at } = scene;
    await octokit.rest.pulls.create({ ...at, ...ADD_X });
    const review = (event: "APPROVE" | "COMMENT"): Promise<unknown> =>
      octokit.rest.pulls.createReview({ ...at, pull_number: 1, event, body: "Mine" });
    expect(await refusal(review("APPROVE"))).toMatchObject({ status: 422 });
    await expect(review("COMMENT")).resolves.toMatchObject({ status: 200 });
  });
});

describe("a dismissal", () => {
  test("removes a review's vote and is reported; a comment has no vote", async () => {
    await using scene = await setBranchScene();
    const { github, repository, octokit, at } = scene;
    await octokit.rest.pulls.create({ ...at, ...ADD_X });
    await github.protect(repository, "main", { requiredApprovals: 1 });
    const mona = github.createUser("mona");
    const approval = await github.review(repository, 1, { by: mona, event: "APPROVE" });
    const comment = await github.review(repository, 1, { by: mona, event: "COMMENT", body: "Hm" });
    const dismissals: string[] = [];
    github.world.events.on((event) => {
      if (event.type === "pull_request_review") dismissals.push(`${event.action} ${event.review.id}`);
    });
    const ask = { ...at, pull_number: 1, message: "It changed" };
    const { data } = await octokit.rest.pulls.dismissReview({ ...ask, review_id: approval.id });
    expect(data.state).toBe("DISMISSED");
    expect(dismissals).toEqual([`dismissed ${approval.id}`]);
    const query = `query ($owner: String!, $repo: String!) {
      repository(owner: $owner, name: $repo) { pullRequest(number: 1) { reviewDecision } }
    }`;
    expect(await octokit.graphql(query, at)).toEqual({
      repository: { pullRequest: { reviewDecision: "REVIEW_REQUIRED" } },
    });
    const refused = octokit.rest.pulls.dismissReview({ ...ask, review_id: comment.id });
    expect(await refusal(refused)).toMatchObject({ status: 422 });
  });
});

describe("the comments of reviews", () => {
  test("are listed from the oldest, or from the newest if sorted on request", async () => {
    await using scene = await setBranchScene();
    const { github, repository, octokit, at } = scene;
    await octokit.rest.pulls.create({ ...at, ...ADD_X });
    const comments = ["first", "second"].map((body) => ({ path: "x", line: 1, side: "LEFT" as const, body }));
    await github.review(repository, 1, { event: "COMMENT", comments });
    const bodies = async (order: { sort?: "created"; direction?: "desc" }) => {
      const { data } = await octokit.rest.pulls.listReviewComments({ ...at, pull_number: 1, ...order });
      return data.map(({ body, side }) => `${side} ${body}`);
    };
    expect(await bodies({})).toEqual(["LEFT first", "LEFT second"]);
    expect(await bodies({ direction: "desc" })).toEqual(["LEFT first", "LEFT second"]);
    expect(await bodies({ sort: "created", direction: "desc" })).toEqual(["LEFT second", "LEFT first"]);
  });
});
