/** A function in Lua for scripts: the id of an entry as text of one length, which is compared as Redis compares ids. */
export const PLACE_OF_ID = `
local function place(id)
  local ms, number = string.match(id, '(%d+)-(%d+)')
  return string.rep('0', 20 - #ms) .. ms .. '-' .. string.rep('0', 20 - #number) .. number
end
`;
