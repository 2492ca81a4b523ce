"""Words for films, series and other fiction: content class 1.

The keys are class and kind as one byte. Accents do not matter, and one list may have a word in several languages.
"""

from __future__ import annotations

SURE = {
    0x10: """
film|films|filme|filmes|movie|movies|feature film|cinema|kino|drama|dramas|drame|drames|dramatic|dramatique
dramatico|dramatica|dramma|spielfilm|spielfilme|fernsehfilm|tv film|tv movie|tv movies|telefilm|telefilms
telefilme|pelicula|peliculas|pel licula|cine|longa metragem|speelfilm|dramaserie|drammatico|drammatica|dramat
dramatyczny|filmowy|fabularny|film fabularny|hrany film|celovecerni film|celovecerni|hrana|drama film|filmdrama
drama tv|igrani film|igrani|dramska serija|elokuva|elokuvat|draama|spillefilm|langfilm|spelfilm|kvikmynd
mangufilm|filma|spelfilma|filmas|vaidybinis filmas|filmi|dram|film yerli|yerli film|yabanci film|sinema|ταινια
ταινιες|ξενη ταινια|ελληνικη ταινια|δραμα|δραματικη|кино|фильм|фильмы|х ф|художественный фильм|драма|драмы
кинофильм|телефильм|художній фільм|фільм|фільми|филм|филми|игрален филм|игран филм|драматичен|סרט|סרטים|קולנוע
דרמה|فيلم|أفلام|افلام|فلم|دراما|سینمایی|درام|电影|電影|影片|剧情|劇情|映画|洋画|邦画|영화|드라마|phim
phim truyen|phim le|phim tam ly|chinh kich|tam ly|ภาพยนตร์|หนัง|ละคร|ดราม่า|filem|film bioskop|pelikula
drama cinta|hospital series|krankenhaus|arzt|aerzte|arzte|lekarski|medizinische serie|hospitaliere|familiendrama
sozialdrama|tragedy|tragedie|tragedia|tragodie|melodramma|drammatici|dramatische|dramaserien|dramafilm
dramaserial|dramat obyczajowy|obyczajowy|obyczajowe|spoločenský|spolecenska
""",
    0x11: """
mysterie|crime|criminal|crimen|crime drama|crime fiction|criminalite|thriller|thrillers|mystery|mysteries
detective|detectives|whodunit|suspense|suspens|suspence|police|cop|krimi|krimis|kriminal|kriminalfilm
kriminalserie|kriminalfall|polizei|ermittler|agenten|agent|spionage|spion|spy|espionage|noir|film noir|gangster
mafia|anwalt|justiz|psycho|geheimdienst|verbrechen|policier|policiere|policiers|polar|espionnage|mystere
policial|policiaca|policiaco|policiales|misterio|misterios|misteri|criminale|crimenes|crimes|intriga|espionaje
investigacion criminal|giallo|gialla|gialli|poliziesco|poliziesca|poliziotto|mistero|spionaggio|misdaad
misdaadserie|politie|detectiveserie|kryminal|kryminalny|kryminalne|kryminalna|sensacyjny|sensacyjne|sensacja
dreszczowiec|detektyw|detektivka|detektivni|krimialka|kriminalka|kriminalni|kriminalny|detektivny|mysteriozni
spionazni|thriler|triler|trileri|kriminalisticki|kriminalisticka|kriminalistika|misterij|krimic|bunugyi
krimi sorozat|detektiv|krim|krimdrama|spenning|spænding|spaending|spanning|spennende|deckare|kriminaldrama
krimisarja|rikos|rikossarja|janitys|janityselokuva|janitysdraama|dekkari|glaepir|spenna|krimisari|kriminaalne
poenevik|ponevik|detektiivi|kriminalserials|kriminals|trilleris|trileris|detektyvas|detektyvinis|kriminalinis
politist|politista|politiste|crima|mister|polisiye|gerilim|suc|gizem|dedektif|αστυνομικη|αστυνομικο|αστυνομικα
θριλερ|μυστηριου|μυστηριο|εγκλημα|αστυνομικες|детектив|детективы|детективный|криминал|криминальный|криминальная
триллер|триллеры|мистика|шпионский|полицейский|кримінал|кримінальний|трилер|трилъри|трилър|криминален|криминална
мистерия|мистерија|крими|мистерии|מתח|פשע|מותחן|בלש|מסתורין|بوليسي|جريمة|إثارة|اثارة|تشويق|غموض|جنایی|پلیسی
معمایی|هیجان انگیز|犯罪|悬疑|懸疑|惊悚|驚悚|侦探|偵探|警匪|推理|サスペンス|ミステリー|刑事|스릴러|범죄|미스터리
추리|hinh su|trinh tham|toi pham|giat gan|bi an|สืบสวน|อาชญากรรม|ระทึกขวัญ|ลึกลับ|detektif|krimiserie|krimireihe
law order|law & order|vigilante
""",
    0x12: """
action|action adventure|adventure|adventures|war|western|westerns|wartime|swashbuckler|samurai|martial arts film
disaster|catastrophe|superhero|superheroes|pirates|actionfilm|actionserie|abenteuer|abenteuerfilm|abenteuerserie
krieg|kriegsfilm|kriegs|kriegsdrama|sandalenfilm|eastern|katastrophen|katastrophenfilm|katastrophe|ritterfilm
mantel und degen|aventure|aventures|guerre|cape et d epee|peplum|accion|aventura|aventuras|guerra|belico|belica
bel lic|oeste|acao|acao e aventura|bangue bangue|faroeste|azione|avventura|avventure|avventuroso|guerresco
bellico|actie|avontuur|avonturen|avonturenfilm|oorlog|oorlogsfilm|akcja|akcji|akcyjny|przygoda|przygodowy
przygodowe|przygodowa|wojenny|wojenna|wojenne|akcni|akcny|akcia|akce|dobrodruzny|dobrodruzne|dobrodruzstvi
valecny|valecne|vojnovy|vojnove|vojensky film|akcija|akcijski|akcijska|akcioni|akciona|avantura|avanturisticki
avanturisticka|avanture|pustolovina|pustolovni|pustolovski|pustolovska|ratni|ratna|vojni|kaland|kalandfilm|akcio
akciofilm|haborus|haborus film|katasztrofa|eventyr|eventyrfilm|krigsfilm|krig|aventyr|aventyrsfilm|toiminta
toimintaelokuva|toimintasarja|seikkailu|seikkailuelokuva|sota|sotaelokuva|lannenelokuva|spennumynd|aevintyri
hasarmynd|marul|seiklus|seiklusfilm|sojafilm|martini|asa sizeta|piedzivojumu|piedzivojumi|kara filma|veiksmo
veiksmas|nuotykiu|nuotykiai|karinis|vesternas|actiune|aventuri|razboi|de razboi|aksiyon|macera|savas|kovboy
δρασης|δραση|περιπετεια|περιπετειες|πολεμικη|πολεμικο|γουεστερν|боевик|боевики|приключения|приключенческий
приключенческие|военный|военная|военное|военные|вестерн|вестерны|бойовик|пригоди|пригодницький|воєнний|екшън
екшен|приключенски|приключенски филм|военен|уестърн|акција|авантура|авантуристички|воен|ратни|פעולה|הרפתקאות
מלחמה|מערבון|أكشن|اكشن|مغامرة|مغامرات|حرب|حربي|اکشن|ماجراجویی|جنگی|وسترن|动作|動作|冒险|冒險|战争|戰爭|武侠|武俠
西部|抗战|军旅|アクション|冒険|戦争|時代劇|西部劇|액션|모험|전쟁|무협|hanh dong|phieu luu|chien tranh|vo thuat
kiem hiep|co trang|แอ็คชั่น|แอคชั่น|บู๊|ผจญภัย|สงคราม|aksi|petualangan|perang|silat
""",
    0x13: """
science fiction|sci fi|scifi|sf|scf|fantasy|fantasi|horror|supernatural|paranormal|vampire|zombie|zombies
monster|ghost|occult|dystopia|superhero fantasy|mystic|alien|fantasyserie|gruselfilm|grusel|horrorfilm|okkult
maerchen|marchen|fantastik|fantastic|zukunft|endzeit|mystery fantasy|fantastique|fantastiques|horreur|epouvante
anticipation|science fiction film|surnaturel|ciencia ficcion|fantasia|fantastico|fantastica|terror|horror terror
sobrenatural|ficcao cientifica|ficcao|fantascienza|orrore|soprannaturale|griezel|griezelfilm|sciencefiction
fantasie|sprookje|sprookjes|fantastyka|fantastyczny|fantastycznonaukowy|fantastyczno naukowy|groza|grozy
basniowy|sci fi film|fantasticky|vedeckofantasticky|vedecko fantasticky|horor|hororovy|pohadka|pohadky|rozpravka
rozpravky|hruza|fantasticni|znanstvena fantastika|znanstvenofantasticni|naucna fantastika|naucnofantasticni
fantastika|znanstvenofantasticna|natprirodno|grozljivka|strava|sci fi sorozat|fantasztikus
tudomanyos fantasztikus|rettegés|misztikus|gyser|skrekkfilm|skrekk|gys|skrack|skrackfilm|rysare|kauhu
kauhuelokuva|tieteiselokuva|tieteis|fantasiaelokuva|hrollvekja|visindaskaldskapur|oudus|oudusfilm|ulme|ulmefilm
fantaasia|fantastikas|sausmu filma|siaubo|siaubas|fantastinis|fantastine|mokslines fantastikos
stiintifico fantastic|stiintifico fantastice|sf fantastic|groaza|bilim kurgu|bilimkurgu|korku|dogaustu
επιστημονικης φαντασιας|επιστημονικη φαντασια|φαντασιας|τρομου|τρομος|фантастика|фантастический
научная фантастика|ужасы|ужас|фэнтези|хоррор|мистический|фентезі|жахи|наукова фантастика|фантастичен|фентъзи
ужаси|хорор|научна фантастика|фантазија|трилер хорор|מדע בדיוני|פנטזיה|אימה|خيال علمي|فانتازيا|رعب|خیال علمی
تخیلی|علمی تخیلی|ترسناک|فانتزی|科幻|奇幻|恐怖|魔幻|灵异|靈異|玄幻|ホラー|ファンタジー|特撮|공포|호러|판타지
에스에프|공상과학|vien tuong|khoa hoc vien tuong|kinh di|gia tuong|than thoai|ไซไฟ|สยองขวัญ|แฟนตาซี|fiksi ilmiah
seram
""",
    0x14: """
dramodie|dramodien|comedy|comedies|comedic|sitcom|sitcoms|situation comedy|situationskomoedie|comedyserie|humor
humour|humorous|satire|satirical|sketch comedy|sketch|sketches|parody|parodie|mockumentary|stand up comedy
black comedy|dark comedy|dramedy|comedy drama|comedy series|romantic comedy|romcom|slapstick|spoof|farce
tragicomedy|screwball|komodie|komoedie|komodien|lustspiel|comedy serie|schwank|klamotte|klamauk|groteske
persiflage|tragikomodie|liebeskomodie|satiren|comic|humorsendung|comedyshow serie|comedie|comique|humoristique
humoristiques|comedie dramatique|comedie romantique film|burlesque|comedie noire|serie comique|comedia|comedias
comico|comica|telecomedia|comedia de situacion|comedia romantica|comedia dramatica|humoristico|humorismo|satira
comedia sombria|commedia|commedie|comicita|commedia romantica|sitkom|komedie|komediefilm|komische serie|blijspel
cabaret serie|komedia|komedie romantyczne|komediowy|komediowa|komedia romantyczna|komediodramat
kabaretowy serial|komedialni|komedialny|komedija|komedije|komicna|humoristicna|humoristicka|humoristicki
situacijska komedija|humoristicka serija|komedijska|veselohra|situacni komedie|sitkomy|vigjatek|vigjatekok
vigjateksorozat|szituacios komedia|komedie og satire|komedieserie|humorprogram|komediesarja|komediasarja
komediaelokuva|komediasari|tilannekomedia|huumori|gaman|gamanmynd|gamanthattur|komoodia|komoodiasari|huumor
komedija serials|komediju|humoristisks|komedijinis|humoristine|humoras|comedie romantica|umor|umoristic|satiric
komedi|guldurmek|durum komedisi|romantik komedi|mizah|κωμωδια|κωμωδιες|κωμικη|κωμικη σειρα|σατιρα|χιουμορ
комедия|комедии|комедийный|ситком|юмор|юмористический|юмористическая|юмористическое|сатира|трагикомедия|комедія
гумор|комедиен|хумор|хумористичен|комедија|хумористична|קומדיה|קומדיות|סיטקום|הומור|סאטירה|מצחיק|كوميديا|كوميدي
كوميدية|ساخر|کمدی|طنز|喜剧|喜劇|情景喜剧|处境剧|處境劇|搞笑|コメディ|コメディー|お笑い|喜劇映画|코미디|코메디
시트콤|개그|hai|hai kich|phim hai|hai huoc|ตลก|คอมเมดี้|ซิทคอม|lawak|jenaka|komedya
""",
    0x15: """
soap|soaps|soap opera|soap operas|daily soap|telenovela|telenovelas|telenovele|telenowela|novela|novelas|novella
saga|folkloric|culebron|serial familiar|heimatfilm|heimat|seifenoper|feuilleton sentimental quotidien|soap serie
soapserie|telenovella|soapopera|teleromanzo|romanzo popolare|sapunica|sapunice|meydlova opera|mydlova opera
mydlove opery|opera mydlana|szappanopera|saippuasarja|saippuaooppera|sapuopera|sapuooper|seebiooper|ziepju opera
muilo opera|pembe dizi|σαπουνοπερα|τηλενουβελα|мыльная опера|теленовелла|теленовела|сапунка|сапунен сериал
мильна опера|телесеріал мелодрама|אופרת סבון|טלנובלה|مسلسل مدبلج|تيلينوفيلا|肥皂剧|肥皂劇|昼ドラ|일일드라마
아침드라마|연속극|phim truyen dai tap|sinetron|drama bersiri|melodrama serija
""",
    0x16: """
romance|romances|romantic|romanticism|love|love story|love stories|romanze|romantik|liebe|liebesfilm
liebesgeschichte|liebesdrama|liebes|schmonzette|melodram|melodrama|melodrame|melodramatique|romantische serie
romantique|romantiques|sentimental|sentimentale|sentimentaux|amour|comedie romantique|romantico|romantica
romanticos|amor|romantiek|romantisch|liefde|romans|romantyczny|romantyczne|melodramat|milosny|romanticky
romanticka|romanticke|romantika|romantika film|ljubavni|ljubavna|ljubavna drama|romantikus|romantikus film
szerelmes|romantikk|romantisk|romantiikka|romantiikkaa|rakkaus|romantiskais|romantinis|meilodrama|melodraama
melodramma|romantice|dragoste|ask|duygusal|romantik dram|ρομαντικη|ρομαντικο|ρομαντικη κομεντι|κομεντι
αισθηματικη|αισθηματικο|μελοδραμα|мелодрама|мелодрамы|романтика|романтический|романтическая|любовный|романтичний
романтичен|романтика филм|любовен|љубавни|романтична|љубавна|романтична комедия|романтическая комедия|רומנטי
רומנטיקה|רומנטית|אהבה|رومانسي|رومانسية|رومانسيه|عاشقانه|爱情|愛情|言情|浪漫|恋愛|ラブストーリー|로맨스|멜로
tinh cam|lang man|tinh yeu|โรแมนติก|รัก|romantis|percintaan|romantik cinta
""",
    0x17: """
historical|historical drama|historical film|historical movie|period drama|costume drama|epic|biblical
historienfilm|historiendrama|historien|kostumdrama|kostumfilm|kostum|historienserie|epos|historischer film
film historique|serie historique|drame historique|fresque historique|historico drama|drama historico
historica ficcion|serie historica|pelicula historica|epoca|drama de epoca|storico|storica|film storico
dramma storico|historisch drama|historische serie|kostuumdrama|historyczny|historyczne film|film historyczny
kostiumowy|historicky film|historicke drama|historicky|historicka|kostymni|povijesna drama|istorijski film
istorijska drama|povijesni film|zgodovinska drama|zgodovinski film|tortenelmi film|tortenelmi|kosztumos
historisk drama|historisk|kostymdrama|historiallinen|pukudraama|ajalooline|vesturiska filma|istorinis
istorine drama|istoric film|film istoric|drama istorica|tarihi dizi|tarihi film|tarihi|donem|ιστορικη ταινια
ιστορικη σειρα|исторический|исторический фильм|историческая драма|историческая|історичний|исторически филм
исторически|историјски|היסטורי|تاريخي|تاريخية|تاریخی|古装|古裝|历史剧|歷史劇|宫廷|宮廷|時代劇ドラマ|大河|사극
역사드라마|lich su phim|phim co trang|phim lich su|อิงประวัติศาสตร์|drama sejarah|classical film|serious drama
serious
""",
    0x18: """
adult|adults|adults only|adult movie|erotic|erotica|erotik|erotikfilm|erotisch|sexfilm|sex|porn|porno
pornography|pornographique|erotique|erotiques|adulte|pour adultes|charme|erotico|adulto|adultos|para adultos
pornografico|eroticos|per adulti|erotiek|erotiekfilm|dla doroslych|erotyczny|erotyka|eroticky|eroticke
pro dospele|pre dospelych|erotski|erotika|za odrasle|felnott|erotikus|voksen|vuxen|erotiikka|aikuisviihde
eroticism|taiskasvanutele|erotica film|pentru adulti|yetiskin|ερωτικη|ερωτικο|ενηλικων|эротика|эротический
для взрослых|еротика|еротичен|за возрастни|ארוטי|למבוגרים|إباحي|成人|情色|アダルト|성인|nguoi lon|ผู้ใหญ่|dewasa
""",
}
#: words that say too little to decide against a sure one
VAGUE = {
    0x10: """
serie|series|serien|tv serie|tv series|fernsehserie|miniserie|mini serie|miniseries|mini series|minisérie
feuilleton|feuilletons|fiction|court metrage|court metrages|short film|short films|shorts|kurzfilm|kurzspielfilm
serial|serials|seriale|serialy|telenovela serie|seriado|seriados|ficcion|corto|cortometraje|cortometrajes
curta metragem|curtas|cortometraggio|fiction tv|sceneggiato|telefilm serie|reeks|kortfilm|korte film|telesarja
tv sarja|sarja|sarjat|lyhytelokuva|serialas|serialai|seriaal|sari|teleseriaal|serija|serije|igrana serija
serial obyczajowy|serial fabularny|seriál|serialovy|sorozat|filmsorozat|tv filmsorozat|kisfilm|tv serier
dramaserier|tv serija|nadaljevanka|nanizanka|dizi|yerli dizi|yabanci dizi|kisa film|family|familie|familien
familial|famille|familiar|familia|gezin|rodinny|rodzinny|obiteljski|porodicni|csaladi|perhe|aile|семейный
семейное|семейни|семеен|семейство|σειρα|σειρες|ελληνικη σειρα|ξενη σειρα|μινι σειρα|οικογενειακη|сериал|сериалы
т с|телесериал|минисериал|серіал|телесеріал|сериали|игрална серия|серија|играна серија|серии|סדרה|סדרות
מיני סדרה|משפחה|مسلسل|مسلسلات|سریال|مجموعه|电视剧|電視劇|连续剧|連續劇|剧集|劇集|短片|剧场|海外ドラマ|国内ドラマ
연속극 시리즈|미니시리즈|시리즈|phim bo|phim truyen hinh|phim truyen hinh dai tap|ละครชุด|ซีรีส์|ซีรี่ส์|ซีรีย์
siri|seri|telefilm seri|teen|teens|teenager|jugendliche serie|relationships
""",
}
