const answer = await fetch("http://localhost:8192/demo/api", { signal: AbortSignal.timeout(30_000) });
console.log(answer.status, await answer.text());
if (!answer.ok) process.exit(1);
