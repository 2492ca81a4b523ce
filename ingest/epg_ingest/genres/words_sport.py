"""Words for kinds of sport, leagues and events: content class 4.

The keys are class and kind as one byte. Accents do not matter, and one list may have a word in several languages.
"""

from __future__ import annotations

SURE = {
    0x40: """
bicicleta|bicicletas|rad|radfahren|bici|velo tout terrain|pelote basque|flechettes|behindertensport|extremsport
disabled sports|para sport|racket sports|extreme|radical|motorcycle|motorcycles|trail|trekking|wandersport
animacao de torcidas|sport|sports|sporting|sporty|sportif|sportive|sportifs|sportives|deportes|deporte|deportivo
deportiva|deportivos|esporte|esportes|esportivo|esportiva|desporto|desportos|desportivo|desportiva
finais desportivas|sportivo|sportiva|sportivi|sportowy|sportowe|sportovni|sportovy|sportske|sportski|sportska
sportni|sportna|sportovní|sportmusor|sportprogram|idrett|idrott|urheilu|urheiluohjelma|urheilulahetys|ithrottir
sporditehtlus|spordi|sports program|sporta|sportas|sportinis|sportiv|spor|sporti|αθλητικα|αθλητικο|αθλητισμος
αθλητικη|спорт|спортивный|спортивная|спортивные|спортивное|спортивний|спортен|спортна|спортно|спортска|спортски
ספורט|رياضة|رياضي|رياضية|الرياضة|ورزش|ورزشی|体育|體育|运动|運動|赛事|スポーツ|스포츠|체육|the thao|กีฬา|olahraga
sukan|palakasan|chwaraeon|spoirt|multisports|multi sports|multisport|multi sport event|extreme sport
extreme sports|sports extremes|esportes radicais|action sports|adventure sports|sports other|sports general
sports group|sports event|cycling|road cycling|bicycle|bicycling|mountain biking|bmx|radsport|radrennen
straenrennen|strassenrennen|etappenrennen|cyclisme|course cycliste|velo|ciclismo|wielrennen|fietsen|kolarstwo
cyklistika|biciklizam|kolesarstvo|kerekparozas|kerekpar|cykling|cykelsport|pyoraily|hjolreidar|jalgrattasport
ritenbrauksana|dviraciu sportas|bisiklet|ποδηλασια|велоспорт|велосипед|колоездене|бициклизам|自行车|自転車
사이클|golf|golfe|golfing|golfas|golfs|γκολφ|гольф|голф|高尔夫|高爾夫|ゴルフ|골프|snooker|billiards|pool|billard
bilard|biljard|snukeris|снукер|бильярд|台球|darts|dart|fleche|дартс|skate|skateboarding|skateboard
skating street|esports|e sport|e sports|esport|cybersport|киберспорт|电竞|e스포츠|bowling|curling street
climbing|escalade|escalada esportiva|klettern|cheerleading|shooting|tir|archery|fencing|escrime|fechten
szermierka|serm|vivas|miekkailu|фехтование|poker sport|fishing sport|arm wrestling|tourada|bullfighting|corrida
tauromachie|chess|schach|szachy|sah|schaken|шахматы|parkour|triathlon cycling|petanque|boules|rollersports
roller|motorcycle stunt|ciclocross|cyclocross|hang gliding|pesapallo|orienteering|suunnistus|orientering
ju jitsu demo|live sports|sports non event
""",
    0x41: """
olympics|olympic games|olympic|olympia|jeux olympiques|olympische spiele|juegos olimpicos|olimpiadas
jogos olimpicos|olimpiadi|giochi olimpici|olympische spelen|igrzyska olimpijskie|olympijske hry|olimpijske igre
olimpia|olimpiai jatekok|ol|olympialaiset|olumpiamangud|olimpiskas speles|olimpines zaidynes|jocurile olimpice
olimpiyat|ολυμπιακοι αγωνες|олимпиада|олимпийские игры|олимпийски игри|олимпијски игри|אולימפיאדה|أولمبياد|奥运
奧運|オリンピック|올림픽|olympic the thao|world cup special|paralympics|commonwealth games|special sports event
""",
    0x42: """
sports magazine|sport magazine|sports magazines|sports talk|sports news|sports show|sportmagazin|sportmagazine
sportnachrichten|sportnews|sporttalk|sportschau|magazine sportif|mag sport|jt sport|magazine sports
bate papo esportivo|noticias esportivas|noticias deportivas|magazine de sport|notizie sportive|rubrica sportiva
sportnieuws|magazyn sportowy|wiadomosci sportowe|sportovni magazin|sportovni zpravy|sportovy magazin
sportske vijesti|sportski magazin|sporthirek|sportsmagasin|sportsnyheter|sportnyheter|urheilu uutiset
urheilumakasiini|spordiuudised|sporta zinas|sporto zinios|stiri sportive|spor haberleri|αθλητικες ειδησεις
новости спорта|спортивные новости|спортни новини|спортске вести|sports documentary magazine|スポーツニュース
스포츠뉴스
""",
    0x43: """
football|soccer|association football|futsal|beach soccer|fussball|fußball|bundesliga|dfb pokal|champions league
uefa champions league|europa league|premier league|la liga|laliga|serie a calcio|ligue 1|ligue des champions
copa libertadores|coppa italia|gaelic football|foot|futbol|futebol|futebol internacional|futebol de areia
futebol de salao|calcio|calcio a 5|voetbal|pilka nozna|pilkarski|fotbal|futbal|nogomet|fudbal|labdarugas|futball
foci|fotball|fodbold|fotboll|jalkapallo|knattspyrna|fotbolti|jalgpall|futbols|futbolas|fotbal liga|futboll
ποδοσφαιρο|футбол|футзал|фудбал|כדורגל|كرة القدم|كرة قدم|فوتبال|足球|サッカー|축구|bong da|ฟุตบอล|sepak bola
bola sepak|sepakbola|football soccer|football club|ekstraklasa
""",
    0x44: """
tennis|squash|badminton|table tennis|ping pong|padel|paddle tennis|pickleball|racquet|racquetball|tischtennis
tennis de table|tenis|tenis de mesa|tenis stolowy|stolni tenis|namizni tenis|stolny tenis|asztalitenisz|tenisz
bordtennis|tennistavlor|poytatennis|sulkapallo|sulgpall|lauatennis|teniss|tenisas|stalo tenisas|galda teniss
tenis de masa|masa tenisi|τενις|теннис|настольный теннис|бадминтон|тенис|тенис на маса|סטניס|טניס|تنس|كرة المضرب
تنیس|网球|羽毛球|乒乓球|乒乓|卓球|バドミントン|テニス|테니스|배드민턴|탁구|quan vot|cau long|bong ban|เทนนิส
แบดมินตัน|bulu tangkis|tenis meja|badminton dan
""",
    0x45: """
basketball|baseball|softball|cricket|rugby|rugby union|rugby league|rugby sevens|american football
canadian football|nfl|nba|mlb|milb|wnba|ncaa|handball|volleyball|beach volleyball|water polo team|lacrosse
field hockey|hurling|camogie|netball|australian rules football|aussie rules|afl|floorball|team sports
team sports excluding football|team sport|college football|college basketball|kabaddi|3x3 basketball|basket
basketbal|basket ball|volley|volley ball|football americain|baloncesto|balonmano|voleibol|beisbol|hockey hierba
basquete|basquetebol|basquete feminino|beisebol|andebol|volei|voleibol de praia|futebol americano|pallacanestro
pallavolo|pallamano|rugby a|mannschaftssport|landhockey|feldhockey|korfbal|volleybal|handbal|hockey sur gazon
koszykowka|siatkowka|pilka reczna|zuzel druzynowy|kosikova|basketbalu|volejbal|hazena|hadzana|basketbal liga
kosarka|odbojka|rukomet|rokomet|vaterpolo|ragbi|kosarlabda|roplabda|kezilabda|vizilabda|handboll|haandbold
handboll liga|kurv|koripallo|lentopallo|kasipallo|salibandy|innebandy|amerikansk fotboll|korfubolti|handbolti
korvpall|vorkpall|kasipall|basketbols|volejbols|rokasbumba|krepsinis|tinklinis|rankinis|baschet|rugbi|basketbol
voleybol|hentbol|amerikan futbolu|μπασκετ|βολει|χαντμπολ|πολο|баскетбол|волейбол|гандбол|регби|хандбал|кошарка
одбојка|ракомет|ватерполо|рукомет|כדורסל|כדורעף|כדוריד|كرة السلة|كرة الطائرة|كرة اليد|بسکتبال|والیبال|هندبال
篮球|籃球|排球|棒球|橄榄球|手球|バスケットボール|バスケ|野球|プロ野球|バレーボール|ラグビー|농구|야구|배구
핸드볼|bong ro|bong chuyen|bong chay|บาสเกตบอล|วอลเลย์บอล|bola basket|bola voli|bola keranjang|bola tampar
basketbola
""",
    0x46: """
athletics|track and field|track field|gymnastics|weight lifting|weightlifting|marathon|running|triathlon
decathlon|artistic gymnastics|rhythmic gymnastics|powerlifting|leichtathletik|turnen|gewichtheben|athletisme
gymnastique|halterophilie|course a pied|atletismo|gimnasia|halterofilia|ginastica|atletica|atletica leggera
ginnastica|sollevamento pesi|maratona|atletiek|gymnastiek|lekkoatletyka|lekka atletyka|gimnastyka
podnoszenie ciezarow|atletika|lehka atletika|gymnastika|vzpirani|lahka atletika|atletika gimnastika|gimnastika
lahkotna atletika|atletika torna|torna|sulyemeles|friidrett|friidrott|gymnastikk|gymnastik|turn|yleisurheilu
voimistelu|frjalsar ithrottir|fimleikar|kergejoustik|voimlemine|vieglatletika|vingrosana|lengvoji atletika
atletism|gimnastica|atletizm|jimnastik|halter|στιβος|γυμναστικη|легкая атлетика|гимнастика|тяжелая атлетика
марафон|триатлон|лека атлетика|щанги|атлетика|אתלטיקה|התעמלות|ألعاب القوى|جمباز|دوومیدانی|田径|體操|体操|马拉松
陸上|マラソン|육상|체조|마라톤|dien kinh|the duc dung cu|กรีฑา|ยิมนาสติก|atletik|senam|gimnastik
""",
    0x47: """
automobilisme|automobilism|motorrad|motorradrennen|moto|motos|motor sport|motorsport|motorsports|motor sports
motor racing|auto racing|car racing|formula 1|formula one|formula e|formel 1|formel e|formule 1|nascar|indycar
rally|rallying|motogp|superbikes|superbike|motocross|supercross|motorcycling|motorcycle racing|speedway
drag racing|tractor pulling|karting|touring cars|le mans|dakar|motorradsport|motorsportmagazin|rallye|eisrennen
sport mecanique|sports mecaniques|sport automobile|sport auto|motocyclisme|moto gp|automovilismo|motociclismo
formula uno|motor deportivo|automobilismo|esportes motorizados|motocicletas|corrida de carros|velocidade
formula um|autosport|motorsport auto|motorsporten|sporty motorowe|zuzel|wyscigi|rajdy|motoristicky sport
automobilovy sport|motoristicke|ploch draha|motosport|automoto|auto moto sport|automoto sport|moto sport
auto moto|automobilizam|formula ena|autosport formula|autoversenyzes|motorversenyzes|motorsport forma|forma 1
bilsport|motorsport rally|motorurheilu|ralli|formulat|akstursithrottir|motospordi|autosports|motosports
automobiliu sportas|motosportas|curse auto|raliuri|motor sporlari|otomobil yarisi|formula 1 yarisi
μηχανοκινητος αθλητισμος|φορμουλα 1|автоспорт|мотоспорт|автогонки|формула 1|гонки|ралли|автомобилен спорт
мотоциклетизъм|авто мото|автомобилизам|мотоспорт авто|ספורט מוטורי|סباق سيارات|سباق السيارات|رياضة المحركات
فورمولا 1|اتومبیلرانی|赛车|賽車|一级方程式|モータースポーツ|レース f1|자동차경주|모터스포츠|dua xe|แข่งรถ
มอเตอร์สปอร์ต|balap|permotoran lumba
""",
    0x48: """
caiaquismo|caiaque|kayak sport|canoe|water sport|water sports|watersports|swimming|diving|sailing|surfing|rowing
canoeing|kayaking|water polo|aquatics|boating|windsurfing|kitesurfing|yachting|synchronized swimming|wassersport
schwimmen|segeln|rudern|kanu|turmspringen|sports nautiques|natation|voile|aviron|surf|canoe kayak|plongee
plongeon|nautisme|natacion|vela|remo|deportes acuaticos|piraguismo|saltos|natacao|esportes aquaticos|canoagem
surfe|nuoto|canottaggio|tuffi|sport acquatici|pallanuoto|zwemmen|watersport|zeilen|roeien|plywanie|zeglarstwo
wioslarstwo|sporty wodne|kajakarstwo|plavani|vodni sporty|veslovani|jachting|plavanie|plivanje|jedrenje|veslanje
plavanje|vodeni sportovi|uszas|vitorlazas|evezes|vizi sportok|kajak kenu|svomming|svømning|simning|segling|roing
rodd|vattensport|uinti|purjehdus|soutu|vesiurheilu|sund|ujumine|purjetamine|soudmine|peldesana|burasana
plaukimas|buriavimas|irklavimas|inot|navigatie|canotaj|yuzme|su sporlari|yelken|kurek|κολυμβηση|ιστιοπλοια
υγρος στιβος|плавание|парусный спорт|гребля|водные виды спорта|плуване|водни спортове|ветроходство|пливање|שחייה
שיט|سباحة|رياضات مائية|شنا|游泳|跳水|水上|競泳|水泳|サーフィン|수영|수상|boi loi|boi|ว่ายน้ำ|renang|selam
""",
    0x49: """
winter sport|winter sports|skiing|ski|alpine skiing|cross country skiing|ski jumping|snowboarding|snowboard
biathlon|bobsleigh|luge|figure skating|ice skating|speed skating|ice hockey|hockey|nhl|curling|ahl
nordic combined|skeleton|freestyle skiing|wintersport|wintersportmagazin|skispringen|ski alpin|langlauf
eishockey|eiskunstlauf|eisschnelllauf|rodeln|bob|skirennen|nordische kombination|skiakrobatik|sports d hiver
ski de fond|saut a ski|saut a skis|hockey sur glace|patinage|patinage artistique|deportes de invierno|esqui
patinaje|hockey hielo|hockey sobre hielo|esportes de inverno|patinacao|hoquei no gelo|hoquei|sport invernali|sci
sci alpino|pattinaggio|hockey su ghiaccio|skien|schaatsen|ijshockey|kunstschaatsen|sporty zimowe|narciarstwo
skoki narciarskie|lyzwiarstwo|hokej|hokej na lodzie|biegi narciarskie|zimni sporty|lyzovani|skoky na lyzich
krasobrusleni|ledni hokej|zimne sporty|lyzovanie|ladovy hokej|krasokorculovanie|zimski sportovi|skijanje
klizanje|hokej na ledu|smucanje|smucarski skoki|drsanje|alpsko smucanje|teli sportok|siles|jegkorong|korcsolya
muakorcsolya|vintersport|ski og vintersport|langrenn|hopp|ishockey|skoyter|skidor|langdskidakning|konstakning
talviurheilu|hiihto|makihyppy|jaakiekko|taitoluistelu|ampumahiihto|alppihiihto|vetrarithrottir|skidi|talisport
suusatamine|jaahoki|laskesuusatamine|murdmaasuusatamine|ziemas sports|slepošana|slidosana|hokejs|slidinejimas
ledo ritulys|biatlonas|ciuozimas|sporturi de iarna|schi|hochei|patinaj|kis sporlari|kayak|buz hokeyi|buz pateni
χειμερινα σπορ|χιονοδρομια|зимние виды спорта|лыжи|лыжный спорт|лыжные гонки|биатлон|хоккей|фигурное катание
коньки|хокей|зимни спортове|ски|скискок|фигурно пързаляне|скијање|хокеј|סקי|הוקי|التزلج|هوكي|اسکی|冬季运动|滑雪
花样滑冰|冰球|短道速滑|スキー|フィギュアスケート|アイスホッケー|スケート|스키|아이스하키|피겨|동계스포츠
truot tuyet|khuc con cau|สกี|ฮอกกี้|ski es
""",
    0x4A: """
equestrian|horse racing|horse riding|horses|racing horse|show jumping|dressage|rodeo|polo horse|harness racing
trotting|pferdesport|reitsport|reiten|pferderennen|springreiten|dressur|trabrennen|hippisme|equitation|hippique
sport hippique|courses hippiques|tierce|cheval|chevaux|hipica|hipico|equitacion|carreras de caballos|equitacao
hipismo|rodeio|cavalo|cavalos|turfe|ippica|equitazione|cavalli|paardensport|paardenrennen|jezdziectwo
wyscigi konne|jezdectvi|jezdectvo|dostihy|konjicki sport|konjistvo|konjske dirke|lovassport|lovas|loverseny
galopp|ridesport|ridning|ridsport|hestesport|travsport|hastsport|ratsastus|raviurheilu|ravit|hestaithrottir
ratsasport|jasanas sports|zirgu sports|zirgu sportas|jojimas|echitatie|binicilik|at yarisi|at yarislari|ιππασια
ιπποδρομιες|конный спорт|скачки|конен спорт|надбягвания|коњички спорт|רכיבה|سباق الخيل|فروسية|سوارکاری|马术|賽馬
赛马|馬術|競馬|승마|경마|dua ngua|ขี่ม้า|แข่งม้า|berkuda|lumba kuda
""",
    0x4B: """
martial arts|martial sports|combat sports|combat|boxing|wrestling|pro wrestling|mixed martial arts|mma|ufc|wwe
aew|kickboxing|judo|karate|taekwondo|sumo|muay thai|sambo|jiu jitsu|kung fu|kampfsport|boxen|ringen
wrestlingshow|arts martiaux|sports de combat|boxe|catch|lutte|artes marciales|boxeo|lucha|lucha libre
deportes de combate|artes marciais|artes marciais mistas|luta livre|luta livre profissional|luta|arti marziali
pugilato|lotta|vechtsport|boksen|worstelen|sporty walki|sztuki walki|boks|zapasy|bojove sporty|bojova umeni|box
zapas|bojove umenia|borilacki sportovi|borilne vescine|boks mma|hrvanje|rokoborba|kuzdosport|kuzdosportok
okolvivas|birkozas|kampsport|boksing|boksning|boxning|brottning|brytning|kamppailulajit|kamppailu|nyrkkeily
paini|bardagaithrottir|hnefaleikar|voitluskunst|poks|maadlus|cinas sports|bokss|kovos menai|boksas|imtynes
arte martiale|lupte|dovus sporlari|dovus|boks mac|gures|πολεμικες τεχνες|πυγμαχια|μποξ|παλη|боевые искусства
единоборства|бокс|борьба|дзюдо|смешанные единоборства|бойни изкуства|борба|бокс и|боречки|борилачки спортови
אומנויות לחימה|אגרוף|היאבקות|ملاكمة|مصارعة|فنون قتالية|فنون القتال|بوکس|کشتی|رزمی|搏击|拳击|拳擊|摔跤|格斗|格鬥
武术|武術|格闘技|ボクシング|プロレス|相撲|柔道|격투기|복싱|레슬링|태권도|씨름|quyen anh|vo|dau vat|มวย
ศิลปะการต่อสู้|มวยไทย|tinju|bela diri|gusti|seni bela diri
""",
}
#: words that say too little to decide against a sure one
VAGUE = {
    0x47: """
motors|motor|offroad|off road|racing
""",
}
