-- Prints the results of wrk in a form that programs can parse.
function done(summary, latency, requests)
    local errors = summary.errors
    print("figure requests " .. summary.requests)
    print("figure duration_us " .. summary.duration)
    print("figure errors " .. errors.connect + errors.read + errors.write + errors.status + errors.timeout)
    for _, percentile in ipairs({50, 75, 90, 95, 99, 99.5, 99.9, 99.95, 99.99}) do
        print("percentile " .. percentile .. " " .. latency:percentile(percentile))
    end
end
