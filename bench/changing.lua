-- Each request brings a query of its own, so that no kept page answers it.
local turn = 0

function request()
  turn = turn + 1
  return wrk.format("GET", wrk.path .. "?turn=" .. turn)
end
