// A translated sentence with its facts: {name} becomes facts.name.
export const say = (text, facts) => text.replace(/\{(\w+)\}/g, (_, name) => facts[name]);
