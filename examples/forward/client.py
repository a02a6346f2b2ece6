import urllib.request

with urllib.request.urlopen("http://localhost:8192/demo/api", timeout=30) as response:
    print(response.status, response.read().decode())
