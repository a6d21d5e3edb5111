-- Confirmations of money that came in, each with a receipt of its own, numbered from the argument on: for wrk.
local seed = 0
function setup(thread)
    thread:set("own", seed)
    seed = seed + 1
end

local head = '{"TransactionType":"Pay Bill","TransID":"'
local tail = '","TransTime":"20261130101112","TransAmount":"50.00","BusinessShortCode":"600966","BillRefNumber":"PM1234567",'
    .. '"InvoiceNumber":"","OrgAccountBalance":"125000.00","ThirdPartyTransID":"","MSISDN":"2547 ***** 126",'
    .. '"FirstName":"ACHIENG","MiddleName":"","LastName":""}'
local number = 0

function init(words)
    number = tonumber(words[1] or "0")
end

function request()
    number = number + 1
    local body = head .. string.format("R%dZ%07X", own, number) .. tail
    return wrk.format("POST", nil, { ["Content-Type"] = "application/json" }, body)
end
