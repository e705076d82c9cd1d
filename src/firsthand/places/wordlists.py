"""Words that stand around names, not in them.

Each list says what its words do to the reading of a text; no list holds a name of a place except `EXONYMS`, the few
cities whose English name has another root than the Arabic one. Words are written as `names.normalise` writes them.
"""

from __future__ import annotations

from firsthand.places.names import key, normalise


def _set(text: str) -> frozenset[str]:
    """Return the normalised, article-free forms of the words in `text`."""
    return frozenset(key(word) for word in text.split())


KIND_WORDS = {
    **dict.fromkeys(
        _set("حي حيي احياء منطقة مدينة بلدة قرية ضاحية بلدتي مدينتي قريتي حارة ناحية quarter neighborhood")
        | _set("neighbourhood neighborhoods neighbourhoods district city town village suburb area hay"),
        "area",
    ),
    **dict.fromkeys(
        _set("ريف محافظة شرق شرقي غرب غربي شمال شمالي جنوب جنوبي countryside governorate province rural")
        | _set("eastern western northern southern east west north south"),
        "around",
    ),
    **dict.fromkeys(
        _set("مجزرة قصف حريق استهداف massacre bombing shelling fire"),
        "event",
    ),
    **dict.fromkeys(
        _set("دوار ساحة جسر شارع طريق سوق مشفى مستشفى مدرسة جامع مسجد مركز فرن معبر مطار جبهة كلية مساكن")
        | _set("roundabout square bridge street road market hospital school mosque front airport"),
        "site",
    ),
}
"""Words before a name (in English also behind it) and what they make of it: an area, the land around, what happened
there, or one site."""

QUALIFIERS = {
    normalise(word): code
    for code, forms in {
        "0u": "upper فوقاني فوقانية فوقا عليا",
        "0l": "lower تحتاني تحتانية تحتا سفلى",
        "0e": "eastern east شرقي شرقية الشرقي الشرقية sharqi sharqiyeh sharqiyah",
        "0w": "western west غربي غربية الغربي الغربية gharbi gharbiyeh gharbiyah",
        "0n": "northern north شمالي شمالية الشمالي الشمالية shamali shmali",
        "0s": "southern south جنوبي جنوبية الجنوبي الجنوبية janubi jnubi",
        "0b": "big great large كبير كبيرة الكبير الكبيرة kabir kabira",
        "0k": "little small صغير صغيرة الصغير الصغيرة saghir saghira",
        "0m": "middle وسطى الوسطى وسطاني وسطانية الوسطاني",
        "0j": "new جديد جديدة الجديد الجديدة jdid jdideh jadida jadideh",
        "0q": "old قديم قديمة القديم القديمة qadim qadimeh",
    }.items()
    for word in forms.split()
}
"""Words that tell two places of one name apart, by the code that their Arabic and English forms share."""

EXONYMS = {
    "aleppo": "halab",
    "damascus": "dimashq",
    "latakia": "lathqiyeh",
    "lattakia": "lathqiyeh",
    "palmyra": "tadmur",
    "euphrates": "furat",
    "citadel": "qalet",
    "castle": "qalet",
    "cemetery": "maqbaret",
    "airport": "matar",
    "park": "hadiqet",
    "university": "jamaet",
    "hospital": "mashfa",
    "barrack": "thaknet",
    "roundabout": "duwar",
}
"""English words that stand in place names for an Arabic word, with a transliteration of it."""

ORDINARY_WORDS = _set(
    # what reports of rescuers are made of, and what also is the name of some place
    "شهداء شهيد مشهد حرب قصف انقاض مدني مدنيين نظام دفاع جرحى اسعاف انقاذ اطفال طفل نساء رجال شهر تشرين كانون "
    "نيسان ايار حزيران تموز اب ايلول اذار شباط صباح ظهر مساء ليل يوم جديد قديم جسر سوق مركز مشفى منزل منازل حياة "
    "حصاد خير ابطال بطل نصر سلام وحدة حرية ثورة شباب عمال طلائع ربيع اول ثاني ثالث حديقة عين راس بيت دار كفر تل "
    "خان جب ام ابو شيخ خربة برج حوش مزرعة وادي جبل نهر باب قلعة عام عدة سيارة فريق عمل مقابلة قناص كيماوي "
    "in of and the to on by near from after for a an is was were with at bank martyr martyrs scene attack "
    "east west north south upper lower new old april may march june july august",
)
"""Words whose reading as a place needs a second sign, such as a kind word before them."""
