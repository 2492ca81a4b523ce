"""Words for shows and for children's programmes: content classes 3 and 5.

The keys are class and kind as one byte. Accents do not matter, and one list may have a word in several languages.
"""

from __future__ import annotations

SURE = {
    0x31: """
game show|game shows|gameshow|gameshows|quiz|quizzes|quiz show|quizshow|contest|contests|competition|talent show
casting show|castingshow|award show|awards|award ceremony|panel game|ratespiel|rateshow|spielshow|gewinnspiel
wettbewerb|preisverleihung|lotterie|lottery|lotto|rankingshow|ranking|duell|jeu|jeux|jeu televise|jeux televises
concours|tirage|loterie|telecrochet|concurso|concursos|premios|sorteo|sorteos|loteria|competicao|premiacao|jogos
gioco|giochi|gioco a premi|gara|estrazione|premiazione|spelshow|spelprogramma|spel|wedstrijd|quizprogramma
loterij|teleturniej|teleturnieje|konkurs|konkursy|losowanie|soutez|soutezni|sutaz|sutazny|kviz|kvizi
kviz emisija|natjecanje|takmicenje|nagradna igra|loto|tekmovanje|vetelkedo|jatekshow|kvizmusor|jatek|verseny
sorsolas|sporreprogram|quizprogram|konkurranse|tevling|fragesport|frageprogram|tavling|tietovisa|kilpailu
peliohjelma|visailu|spurningathattur|malumang|viktoriin|telemang|voistlussaade|viktorina|spele|speles|zaidimas
viktorinu|konkursas|joc concurs|emisiune concurs|joc|yarisma|yarisma programi|bilgi yarismasi|kuizë|kuiz
τηλεπαιχνιδι|παιχνιδι|διαγωνισμος|викторина|игра|телеигра|игровое шоу|конкурс|лотерея|вікторина|гра|куиз
игрово предаване|състезание|телевизионна игра|лотария|квиз|натпревар|такмичење|שעשועון|תחרות|חידון|مسابقة
مسابقات|العاب|ألعاب|مسابقه|竞猜|競猜|竞赛|游戏|遊戲|选秀|選秀|益智|問答|クイズ|ゲーム|퀴즈|게임|오디션|서바이벌
tro choi|game truyen hinh|do vui|cuoc thi|เกมโชว์|เกม|ควิซ|ประกวด|permainan|kuis|pertandingan|gim|undian
""",
    0x32: """
variety|variety show|variety shows|variety entertainment|varietes|variete|varieteshow|revue|clipshow|karneval
karnevalsshow|galashow|gala|variedades|variedade|revista musical|varieta|spettacolo di varieta|rewia|estrada
estradni|estrada program|variete program|viihdeshow|varietee|estrade|estrada sovs|varjete|эстрада|варьете
эстрадный концерт|вариете|בידור ומופעים|منوعات|منوعة|综艺|綜藝|バラエティ|バラエティー|예능|버라이어티|오락
연예오락|tap ky|van nghe|วาไรตี้|วาไรตี|ragam|aneka ria
""",
    0x33: """
talk show|talk shows|talkshow|talkshows|talk entertainment|chat show|chat shows|late night|late show
late night show|late night talk|talkshow unterhaltung|emission de plateau|programa de entrevistas
programa de entrevista|salotto|talkshow programma|praatshow|tok szol|talk show programi|sohbet|sohbet programi
ток шоу|токшоу|токшоу програма|ток шоў|תוכנית אירוח|אירוח|توك شو|برنامج حواري|脱口秀|清谈|トークショー|トーク
토크쇼|토크|talk show truyen hinh|ทอล์คโชว์|gelar wicara|talkshow dan
""",
    0x50: """
children|children s|childrens|child|kids|kids family|kids and family|children family|children and family|youth
for children|kids tv|juvenile|preteen|tween|adolescents|teen programme|kinder|kinderprogramm|kindersendung
kinderserie|kinderfilm|kindermagazin|jugend|jugendserie|jugendmagazin|jugendfilm|jugendprogramm|teenie|internat
internatsserie|enfants|enfant|jeunesse|jeune public|pour enfants|emission jeunesse|emission pour la jeunesse
infantil|infantiles|ninos|juvenil|juveniles|para ninos|criancas|infanto juvenil|infantojuvenil|bambini|ragazzi
per ragazzi|per bambini|bambino|programma per ragazzi|kinderen|jeugd|jeugdserie|jeugdprogramma|kinderprogramma
dzieci|dla dzieci|dzieciecy|dla mlodziezy|mlodziezowy|mlodziezowe|program dla dzieci|detsky|detske|deti|pro deti
pre deti|detska|detsky porad|mladez|pro mladez|pre mladez|mladezi|djeca|deca|djecji|djecja|decji|decja
decji program|djecji program|za djecu|za decu|otroci|otroski|otroska|mladi|za otroke|otroski program|gyerek
gyermek|gyerekmusor|gyermekmusor|gyerekeknek|ifjusagi|ifjusagi film|ifjusagi sorozat|ifjusag|barn|barneprogram
born|borneprogram|barnprogram|ungdom|ungdomsprogram|ungdomsserie|barne tv|barn og unge|born og unge
barn och ungdom|lapset|lasten|lastenohjelma|lastenohjelmat|nuoret|nuorten|lastensarja|barnaefni|barnathattur
lapsed|lastesaade|lastele|lastefilm|lastesari|noortesari|noortele|berniem|bernu|bernu raidijums|jauniesiem
vaikams|vaiku|vaikai|jaunimui|copii|pentru copii|desene|tineret|emisiune pentru copii|cocuk|cocuk programi
cocuk dizisi|genclik|femije|per femije|παιδικη|παιδικο|παιδικα|παιδικες|παιδικη σειρα|νεανικη|νεανικο|детям
детский|детская|детские|детское|для детей|подростковый|молодежный|дитячий|дитяча|дітям|детски|детско|детска
за деца|деца|детски филм|младежки|дечја|дечји|дечији|детска програма|детска серија|ילדים|לילדים|נוער|ילדים ונוער
أطفال|اطفال|للأطفال|الأطفال|شباب|کودک|کودکان|نوجوان|کودک و نوجوان|少儿|兒童|儿童|青少年|亲子|子供|こども|子ども
キッズ|幼児 小学生|어린이|아동|유아 어린이|청소년|키즈|thieu nhi|tre em|thanh thieu nien|เด็ก|เยาวชน|anak
anak anak|kanak kanak|remaja|pambata|plant
""",
    0x51: """
gutenachtgeschichten|bedtime story|bedtime stories|preschool|pre school|preschoolers|toddlers|toddler|under 5
baby|infants|pre school children s programmes|vorschule|vorschulserie|vorschulprogramm|vorschulfernsehen
vorschulmagazin|gutenachtgeschichte|prescolaire|maternelle|tout petits|preescolar|bebes|pre escolar|prescolare
eta prescolare|peuter|peuters|kleuters|peuterprogramma|przedszkole|dla przedszkolakow|predskolni|pro nejmensi
predskolske|predskolski|najmladji|predsolski|ovodas|ovodasoknak|forskole|smabarn|forskolebarn|smaborn
pikkulapset|taaperot|koolieelik|pirmsskola|ikimokyklinis|prescolari|okul oncesi|προσχολικη|для малышей
дошкольный|малышам|за най малките|גיל הרך|פעוטות|ما قبل المدرسة|幼儿|学前|幼児|유아|mam non|ปฐมวัย|prasekolah
""",
    0x52: """
entertainment programmes for 6 to 14|entertainment programs for 6 to 14|entertainment 6 14
""",
    0x53: """
entertainment programmes for 10 to 16|entertainment programs for 10 to 16|entertainment 10 16
""",
    0x54: """
informational educational school programmes|information educational school programmes
informational educational scho|children education|school programmes|schulprogramm kinder
""",
    0x55: """
cartoon|cartoons|puppets|puppet show|puppet|zeichentrick|zeichentrickserie|zeichentrickfilm|trickfilm|trickserie
puppenspiel|puppentrick|marionetten|dessin anime|dessins animes|marionnettes|dibujos animados|dibujos
serie de dibujos|titeres|marionetas|desenho animado|desenhos animados|desenhos|bonecos|cartoni animati
cartone animato|cartoni|burattini|pupazzi|tekenfilm|tekenfilms|tekenfilmserie|poppenspel|kreskowka|kreskowki
film animowany dla dzieci|bajka|bajki|dobranocka|kresleny|kresleny film|kreslene|kresleny serial|vecernicek
loutkovy|babkovy|kreslena rozpravka|crtani film|crtani|crtana serija|crtani filmovi|crtic|crtici|lutkarska
risanka|risanke|risani film|lutke|rajzfilm|rajzfilmek|rajzfilmsorozat|mesefilm|babfilm|mese|mesesorozat
tegnefilm|tegneserie|tecknat|tecknad|tecknad serie|tecknade|dukketeater|dukkefilm|piirretty|piirretyt
piirrossarja|nukkeanimaatio|teiknimynd|teiknimyndir|multifilm|multifilmid|multikas|nukufilm|multfilma|multfilmas
multiplikacija|filmukas|filmukai|animacinis filmukas|desene animate|desen animat|cizgi film|cizgi dizi|cizgi
kukla|filma vizatimorë|vizatimor|filma vizatimore|κινουμενα σχεδια|κινουμενων σχεδιων|καρτουν|мультфильм
мультфильмы|мультсериал|мультсериалы|м ф|м с|мультики|кукольный|мультфільм|мультсеріал|анимационен филм
детски анимационен|детска анимация|рисуван филм|цртани|цртани филм|цртана серија|цртан филм|анимирана серија
анимиран филм|анимирано|סדרת אנימציה|סרט מצויר|מצוירים|رسوم متحركة|كرتون|کارتون|عروسکی|动画片|卡通|卡通片|動畫
动画|动漫|動漫|幼児アニメ|人形|만화|만화영화|hoat hinh|phim hoat hinh|การ์ตูน|kartun|animasi anak
""",
}
#: words that say too little to decide against a sure one
VAGUE = {
    0x30: """
entertainment|general entertainment|arts entertainment|reality|reality tv|reality show|reality television
realityshow|docusoap|docu soap|docu reality|docu drama|docudrama|dating|dating show|special interest|show|shows
light entertainment|infotainment|dating reality|unterhaltung|unterhaltungsshow|unterhaltungssendung|dokusoap
doku soap|doku drama|dokudrama|scripted reality|realityserie|realitysoap|datingshow|flirtshow|divertissement
divertissements|telerealite|tele realite|docuréalité|spectacle|spectacles|entretenimiento|telerrealidad
espectaculo|espectaculos|docu realidad|entretenimento|reality shows|intrattenimento|spettacolo|amusement
realityprogramma|vermaak|rozrywka|rozrywkowy|rozrywkowe|widowisko|docu crime|program rozrywkowy|zabava|zabavni
zabavny|zabavne|zabavna|zabavni program|zabavna emisija|reality serial|estrada zabava|zabavni porad|zabavno
razvedrilo|razvedrilna|razvedrilni|razonoda|szorakoztato|szorakoztato musor|valosagshow|reality musor|showmusor
underholdning|underhallning|reality serie|underholdningsprogram|nojesprogram|noje|viihde|viihdeohjelma|tosi tv
tositv|realitysarja|skemmtithattur|skemmtiefni|raunveruleikathattur|meelelahutus|meelelahutussaade|tosielusari
realitisou|izklaide|izklaides|realitates sovs|pramoga|pramogine|pramogos|realybes sou|divertisment
emisiune divertisment|reality emisiune|eglence|reality program|yasam eglence|argetim|argetues|ψυχαγωγια
ψυχαγωγικη|ψυχαγωγικο|ριαλιτι|σοου|развлекательный|развлекательная|развлекательные|развлекательное|развлечения
реалити|реалити шоу|шоу|розважальний|розваги|развлекателно|развлекателен|реалити предаване|забава|забавни
забавна програма|забавен|ријалити|риалити|разврекателно|בידור|ריאליטי|תוכנית בידור|ترفيه|ترفيهي|ترفيهية
برنامج ترفيهي|واقع|تلفزيون الواقع|سرگرمی|娱乐|娛樂|真人秀|エンターテインメント|リアリティ|연예|엔터테인먼트
리얼리티|giai tri|truyen hinh thuc te|thuc te|บันเทิง|เรียลลิตี้|hiburan|realiti|acara realitas|adloniant
siamsaiocht
""",
    0x55: """
animee|animees|anime e|アニメ 特撮|animation|animated|anime|animations|animation series|animated series
animationsserie|animationsfilm|animationen|animeserie|manga|trick|digitaltrick|computeranimation|computertrick
serie d animation|film d animation|anime serie|animacion|animado|animados|animada|serie animada|animacao|desenho
animazione|film d animazione|serie animata|animatie|animatiefilm|animatieserie|animacja|animowany|animowane
animowana|film animowany|serial animowany|animovany|animovane|animovana|animovany film|animovany serial
animirani|animirana|animirani film|animirana serija|animacija|animacios|animacios film|animacios sorozat
animasjon|animasjonsfilm|animerat|animerad|animaatio|animaatiosarja|animaatioelokuva|animatsioon
animatsioonifilm|animasari|animacijas|animacijas filma|animacinis|animacinis filmas|animacija filmas
animatie film|animat|animatii|animasyon|animasyon film|anime dizi|ανιμε|κινουμενων|анимация|анимационный
анимационные|аниме|анімація|анимационен|анимационни|анимационна|анимирани|анимиран|анимирана|אנימציה|אנימה|أنمي
انمي|متحركة|انیمیشن|انیمه|アニメ|アニメーション|국내アニメ|애니메이션|애니|anime nhat|อนิเมะ|แอนิเมชั่น|animasi
gaming anime|animaux animes
""",
}
