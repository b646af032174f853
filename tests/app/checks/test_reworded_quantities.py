"""Numbers said in other words: each true claim stands beside a false one of the same form."""

from __future__ import annotations

import pytest

from app.checks import facts

REWORDED = [
    ("One cell in fifty may overflow.", "At most 2 % of the cells may overflow.", True),
    ("One cell in forty may overflow.", "At most 2 % of the cells may overflow.", False),
    ("At most 1 in 200 flops is exempt.", "Exempt flops may not exceed 0.5 % of all.", True),
    ("At most 1 in 20 flops is exempt.", "Exempt flops may not exceed 0.5 % of all.", False),
    ("One in 2019 failed.", "In 2019 one of them failed.", True),
    ("Two thirds of the bumps are supplies.", "Of all bumps, 66.7 % are supplies.", True),
    ("One third of the bumps are supplies.", "Two thirds of the bumps are supplies.", False),
    ("Half of the firms hire.", "Hiring is planned by 50 % of firms.", True),
    ("Up to ten per cent may be added.", "Up to a tenth may be added.", True),
    ("Four point eight litres are needed.", "The oil change takes 4.8 litres.", True),
    ("Four point nine litres are needed.", "The oil change takes 4.8 litres.", False),
    ("It cost two point one million euros.", "The price was \u20ac2.1m.", True),
    ("Dice are screened at forty degrees Celsius below zero.", "Dice are screened at \u221240 \u00b0C.", True),
    ("Dice are screened at forty degrees Celsius above zero.", "Dice are screened at \u221240 \u00b0C.", False),
    (
        "Junctions lie between minus 40 and plus 125 \u00b0C.",
        "Junctions lie between \u221240 \u00b0C and 125 \u00b0C.",
        True,
    ),
    (
        "Junctions lie between minus 30 and plus 125 \u00b0C.",
        "Junctions lie between \u221240 \u00b0C and 125 \u00b0C.",
        False,
    ),
    ("The oven reaches six hundred degrees.", "The oven is heated to 600 \u00b0C.", True),
    ("The oven reaches five hundred degrees.", "The oven is heated to 600 \u00b0C.", False),
    ("The oven reaches 600 \u00b0F.", "The oven is heated to 600 \u00b0C.", False),
    ("It is 45 degrees per watt.", "Its thermal resistance is 45 \u00b0C/W.", True),
    ("The block has 0.84 square millimetres of cells.", "The block has 0.84 mm\u00b2 of cells.", True),
    ("The block has 0.84 square micrometres of cells.", "The block has 0.84 mm\u00b2 of cells.", False),
    ("Sixty centimetres is the shortest distance.", "It focuses down to 0.6 m.", True),
    ("Sixty millimetres is the shortest distance.", "It focuses down to 0.6 m.", False),
    ("Sales rose by seven hundred megawatt-hours.", "Sales rose by 700 MWh.", True),
    ("The gust was a sixty-metre-per-second one.", "A gust of 60 m/s was measured.", True),
    ("The mean wind was 60 metres a second.", "The mean wind was 60 m/s.", True),
    ("The mean wind was 50 metres a second.", "The mean wind was 60 m/s.", False),
    ("Work takes 3 hours.", "Work takes 3 hours a day.", True),
    ("Links run at sixteen gigatransfers per second.", "Links run at 16 GT/s.", True),
    ("The two-hundred-and-fifty-pound deposit is kept.", "A deposit of \u00a3250 is kept.", True),
    ("The two-hundred-and-sixty-pound deposit is kept.", "A deposit of \u00a3250 is kept.", False),
    ("The account is locked for sixty minutes.", "The account is locked for an hour.", True),
    ("The account is locked for fifty minutes.", "Accounts are locked for an hour and not for less.", False),
    ("Pens are flushed every two weeks.", "Pens are flushed every fortnight.", True),
    ("The index is looked at every three months.", "The index is looked at every quarter.", True),
    ("The crush is at least 1.4 kN.", "The crush shall be at least 1,4 kN.", True),
    ("The crush is at least 14 kN.", "The crush shall be at least 1,4 kN.", False),
    ("The jitter is taken from 12 kHz to 20 MHz.", "The jitter (12 kHz\u201320 MHz) is 180 fs.", True),
    ("It lasts a week at 30 \u00b0C and 60 % humidity.", "It lasts a week at \u226430 \u00b0C/60 % humidity.", True),
    ("A delay of 1500 to 2000 ps is needed.", "A delay of 1.5 to 2 ns is needed.", True),
    ("No metal comes within 12 \u00b5m.", "Metal stays at least 12 \u00b5m away.", True),
    ("At most 8 tracks overflow.", "None of them overflows by more than eight tracks.", True),
    ("At least 8 tracks overflow.", "None of them overflows by more than eight tracks.", False),
    ("10 pF is fitted instead of 10.4 pF.", "A value of 10.4 pF is wanted; 10 pF is fitted.", True),
    ("The part fitted is 10.4 pF.", "10 pF is the part fitted instead of 10.4 pF.", False),
    ("Not one violation may remain.", "Zero violations may remain.", True),
    ("Not one violation may remain.", "Up to 12 violations may remain.", False),
    ("Endpoints may fail setup by 10 ps.", "Setup slack of endpoints may go down to \u221210 ps.", True),
    ("Endpoints may have a setup slack of 10 ps.", "Endpoints may have a setup slack of \u221210 ps.", False),
    ("Nearly half a square millimetre is macros.", "The macros take 0.46 mm\u00b2.", True),
    ("It lasted about five years.", "It lasted for 5.3 years.", True),
    ("It lasted about four years.", "It lasted for 5.3 years.", False),
    ("The medal came in 2004, three years after she retired.", "She retired in 2001; the medal came in 2004.", True),
    ("The medal came in 2004, four years after she retired.", "She retired in 2001; the medal came in 2004.", False),
    ("Shelves hold over 1,900 items.", "Over 1,900 things are on shelves; lend up to 6 items.", True),
    ("Data nets have a limit of 0.25 ns.", "set_max_transition 0.25 applies to data nets, in ns.", True),
    ("TMS is held at 1.", "TMS is held high.", True),
    ("TMS is held at 0.", "TMS is held high.", False),
]


@pytest.mark.parametrize(("claim", "evidence", "passed"), REWORDED)
def test_the_same_amount_in_other_words(claim: str, evidence: str, passed: bool) -> None:
    check = facts.check(claim, ["Foreword.", evidence])
    assert (check.passed is not False) is passed, check.detail
