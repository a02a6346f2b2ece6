-- Asks the sidecar for the token. Without one, the variable stays unset.
core.register_action("get_token", { "http-req" }, function(txn)
    local response = core.httpclient():get{
        url = "http://127.0.0.1:8195/",
        headers = { ["x-sidecar-secret"] = { "the-secret-of-the-gateway" } },
    }
    if response and response.status == 200 then
        txn:set_var("txn.token", response.headers["authorization"][0])
    end
end)
