"""The programmes of the invented channels. Every title, person and sentence was made up for this project."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Show:
    """A programme that a channel may show. A series has `episodes`, a film has a `year`."""

    title: str
    about: str
    categories: tuple[str, ...]
    minutes: int
    episodes: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    year: int | None = None
    rating: str | None = None


NEWS = (
    Show(
        "Harbour News",
        "What came in with the tide, and what left on it.",
        ("News",),
        30,
        people=("Ada Quill",),
    ),
    Show("The Long Minute", "One minute of yesterday, examined for an hour.", ("News", "Documentary"), 60),
    Show("Weather, Mostly", "The sky over the next three days, with reservations.", ("Weather",), 10),
    Show(
        "Questions to the Ferry Board",
        "Live from the upper deck, minutes included.",
        ("News", "Politics"),
        50,
    ),
    Show(
        "Markets & Mooring Fees", "What herring, copper and a berth cost tonight.", ("News", "Business"), 25
    ),
)

DRAMA = (
    Show(
        "The Inspector Is at Lunch",
        "A detective who solves crimes between one and two, and not a minute later.",
        ("Drama", "Crime"),
        50,
        (
            "The Cold Soup",
            "Death of a Sommelier",
            "A Table for None",
            "The Last Bread Roll",
            "Service Not Included",
        ),
        ("Maud Ferrant", "Oskar Lindqvale"),
        rating="12",
    ),
    Show(
        "Lighthouse Road",
        "Nine households, one lamp, and an argument about whose turn it is.",
        ("Drama", "Soap"),
        30,
        ("The Wick", "Fog, Again", "A Letter from the Mainland", "Paraffin", "The Wedding Gull", "Low Water"),
        ("Ines Calloway", "Tobias Hartnoll"),
    ),
    Show(
        "Second Violin",
        "She has played the same four bars for thirty years. Tonight she plays a fifth.",
        ("Drama",),
        60,
        ("Tuning", "Rest", "Repeat", "Coda"),
        ("Priya Vantongeren",),
        rating="12",
    ),
)

COMEDY = (
    Show(
        "Lost Property",
        "Everything the railway ever found, and the two people who must return it.",
        ("Comedy",),
        30,
        ("The Left Glove", "Eleven Umbrellas", "A Tuba, Unclaimed", "The Owl", "Someone's Grandmother"),
        ("Hattie Oyelaran", "Colm Brisket"),
    ),
    Show(
        "Minutes of the Last Meeting",
        "A village committee plans its fête. The fête was in June.",
        ("Comedy",),
        25,
        ("Apologies", "Matters Arising", "The Bunting Question", "Any Other Business"),
        ("Wendeline Marsh",),
    ),
)

NATURE = (
    Show(
        "Moss",
        "A year in the life of a north-facing wall.",
        ("Documentary", "Nature"),
        50,
        ("Rain", "More Rain", "The Snail Arrives", "A Dry Week"),
        ("Evander Pell",),
    ),
    Show("Pond at Dusk", "Nothing happens, beautifully, with newts.", ("Nature",), 40),
    Show(
        "Small Migrations",
        "Animals that travel less than a mile, and why it takes them all summer.",
        ("Documentary", "Nature"),
        55,
        ("The Toad Crossing", "From Hedge to Hedge", "Upstairs"),
    ),
)

CHILDREN = (
    Show(
        "Captain Turnip",
        "A root vegetable goes to sea.",
        ("Children", "Animation"),
        15,
        ("Ahoy", "Mutiny", "Stew"),
    ),
    Show("How Is It Made Round?", "Wheels, marbles, soup plates: a factory visit.", ("Children",), 20),
    Show("The Sleepy Signal Box", "Trains are told goodnight, one by one.", ("Children", "Animation"), 10),
    Show("Ask a Bigger Child", "Ten-year-olds explain the world to six-year-olds.", ("Children",), 25),
)

FILMS = (
    Show(
        "The Cartographer's Apprentice",
        "A young woman is sent to measure an island that is not there at high tide.",
        ("Film", "Adventure"),
        115,
        people=("Leontine Ashby", "Marek Dufresne"),
        year=1987,
        rating="PG",
    ),
    Show(
        "Eleven Ways to Leave Ostrava",
        "A clerk, a suitcase and a timetable that changes at midnight.",
        ("Film", "Thriller"),
        100,
        people=("Jaroslav Wink", "Della Montrose"),
        year=1961,
        rating="12",
    ),
    Show(
        "My Uncle the Bridge",
        "A structural engineer's family learns to lean on him.",
        ("Film", "Comedy"),
        90,
        people=("Bertrand Oates",),
        year=2004,
        rating="U",
    ),
    Show(
        "The Ice Ledger",
        "An accountant audits the South Pole and finds a discrepancy.",
        ("Film", "Drama"),
        130,
        people=("Sunniva Halloran", "Piet Achterberg"),
        year=2016,
        rating="15",
    ),
    Show(
        "Night Bus to Anywhere",
        "Seven passengers, one wrong turn, no brakes to speak of.",
        ("Film", "Thriller"),
        95,
        people=("Kofi Marchbanks",),
        year=1999,
        rating="15",
    ),
)

HISTORY = (
    Show(
        "Great Filing Systems", "How empires kept their paper, and lost it.", ("Documentary", "History"), 45
    ),
    Show("The Coin in the Wall", "A house, a renovation, a surprise of 1611.", ("History",), 50),
    Show(
        "Double Entry",
        "Five centuries of bookkeeping without a dull page, nearly.",
        ("History", "Business"),
        40,
    ),
    Show(
        "Who Moved the Border?", "Maps, treaties and one determined farmer.", ("Documentary", "History"), 60
    ),
)

FOOD = (
    Show(
        "Salt & Patience",
        "Cooking for people who own one pan.",
        ("Cookery",),
        30,
        ("Onions", "Bread", "Beans"),
    ),
    Show("The Judge Has Eaten", "Six cooks, one critic, no appetite.", ("Cookery", "Game show"), 45),
    Show("Leftovers", "Yesterday's dinner gets a second hearing.", ("Cookery",), 20),
    Show("Market Day", "A walk past stalls, with opinions on pears.", ("Cookery", "Travel"), 40),
)

SPORT = (
    Show("Bowls & Fairways", "Sports in which nobody runs.", ("Sport",), 90),
    Show("The Draughts League", "Live from the reading room. Please whisper.", ("Sport",), 120),
    Show("Rowing Against", "Three crews, one river, two directions.", ("Sport",), 60),
    Show("The Umpire Explains", "One decision, slowly.", ("Sport", "Magazine"), 30),
)

MUSIC = (
    Show("Brass at Breakfast", "Loud, early and entirely voluntary.", ("Music",), 45),
    Show("The B-Side Library", "Songs that were on the back of other songs.", ("Music",), 60),
    Show("Organ Recital", "In four movements and one stuck pedal.", ("Music", "Arts"), 75),
)
