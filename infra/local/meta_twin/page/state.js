// What the parts of the page share: whose phone is in hand, what the city calls things.

export const state = {
  city: { desk: "Aduan 112", people: [], places: [], starters: [] },
  citizens: [],
  selected: null,
  chat: null,
};

export const pathOf = (citizen) => `/citizens/${citizen.channel}/${encodeURIComponent(citizen.key)}`;
export const same = (one, other) => Boolean(one && other && one.channel === other.channel && one.key === other.key);

export function addressOf(citizen) {
  if (citizen.username) return citizen.username.startsWith("@") ? citizen.username : `@${citizen.username}`;
  if (citizen.phone) return `+${citizen.phone}`.replace(/^\+62(\d{3})(\d{4})(\d+)$/, "+62 $1-$2-$3");
  return citizen.channel === "instagram" ? `@${citizen.name.toLowerCase().replace(/[^a-z0-9]+/g, ".")}` : "nomor tersembunyi";
}

export const channelName = (channel) => (channel === "whatsapp" ? "WhatsApp" : "Instagram");
