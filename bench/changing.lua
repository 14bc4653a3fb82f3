-- Each request brings a query of its own, so that no kept page answers it; the address says which
-- run it is, because every run counts from one.
local turn = 0

function request()
  turn = turn + 1
  return wrk.format("GET", wrk.path .. "&turn=" .. turn)
end
