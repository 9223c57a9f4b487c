/** The lab in a page of its own: from a static host, from a disk, or from `moonlet lab`. */
import type { Home } from "../home";
import { openLab, type LabHandle } from "../lab";
import { lessonRecipe } from "../lessons";
import type { Recipe } from "../recipe";
import { decode } from "../recipe/link";
import { Kept, takeAddress, type Asked } from "./address";
import { unpackText } from "./packed";
import { exchange, serverHome } from "./server";

const token = new Kept("moonlet-lab-token", "localStorage");
const session = new Kept("moonlet-lab", "sessionStorage");

/** Show the lab in the page's element, with what the address asks for. */
export async function openPage(el: HTMLElement): Promise<LabHandle> {
  const asked = takeAddress();
  const problems: string[] = [];
  const failed = (error: unknown): undefined => void problems.push((error as Error).message);
  const home = (await homeOfPage(asked).catch(failed)) ?? pageHome("static");
  const recipe = (await wanted(asked).catch(failed)) ?? kept() ?? home.recipe;
  const lab = openLab(el, {
    home,
    recipe,
    compact: asked.compact,
    language: asked.language,
    // What is told before there is a picture gives way to the beginning.
    onEvent: (kind) => {
      if (kind === "frame" && problems.length > 0) lab.tell(problems.splice(0).join(" "));
    },
    onLanguage: (language) => (document.documentElement.lang = language),
  });
  addEventListener("hashchange", () => {
    wanted(takeAddress()).then(
      (next) => next && (lab.recipe = next),
      (error: unknown) => lab.tell((error as Error).message),
    );
  });
  // A reload goes on where the page was.
  addEventListener("pagehide", () => (session.value = JSON.stringify(lab.recipe)));
  return lab;
}

async function homeOfPage(asked: Asked): Promise<Home> {
  const kind = document.querySelector<HTMLMetaElement>("meta[name=moonlet-home]")?.content;
  if (kind === "file") {
    const carried = document.getElementById("moonlet-recipe")?.textContent?.trim();
    return { ...pageHome("file"), ...(carried && { recipe: JSON.parse(await unpackText(carried)) as unknown }) };
  }
  if (kind !== "server") return pageHome("static");
  if (asked.once !== null) token.value = await exchange(asked.once);
  if (asked.token !== null) token.value = asked.token;
  const key = token.value;
  if (!key) throw new Error("This page is without its key. Open the address that `moonlet lab` printed.");
  return serverHome(key, pageHome("server").link);
}

/** What every page can do by itself. */
function pageHome(kind: Home["kind"]): Home {
  const everywhere = location.protocol === "https:" || (kind === "static" && location.protocol === "http:" && !isLoopback());
  const here = location.href.split("#")[0]!;
  return { kind, link: (recipe) => ({ address: `${here}#recipe=${recipe}`, everywhere }) };
}

function isLoopback(): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(location.hostname);
}

async function wanted(asked: Asked): Promise<Recipe | undefined> {
  if (asked.recipe !== null) return decode(asked.recipe);
  return asked.lesson === null ? undefined : lessonRecipe(asked.lesson);
}

function kept(): unknown {
  const text = session.value;
  return text === null ? undefined : JSON.parse(text);
}
