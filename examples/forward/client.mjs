const response = await fetch("http://localhost:8192/demo/api", { signal: AbortSignal.timeout(30_000) });
console.log(response.status, await response.text());
if (!response.ok) process.exit(1);
