"""Words for news, documentaries, talk, society, economy, education and science: content classes 2, 8 and 9.

The keys are class and kind as one byte. Accents do not matter, and one list may have a word in several languages.
"""

from __future__ import annotations

SURE = {
    0x21: """
news|newscast|newscasts|headlines|weather|weather report|weather forecast|local news|news bulletin|bulletin
nachrichten|wetter|wetterbericht|tagesschau|bericht|regionales|regionalnachrichten|sportfreie nachrichten
journal|journal televise|jt|infos|informations meteo|meteo|meteorologie|previsions meteorologiques
actualites televisees|noticias|noticiario|noticiero|noticieros|informativos|telediario|telejornal|telejornais
telenoticias|el tiempo|tiempo|previsao do tempo|meteorologia|jornalismo|jornal|jornalistico|notizie|notiziario
telegiornale|tg|cronaca|previsioni del tempo|nieuws|nieuws en weer|weerbericht|weer|journaal|nieuwsuitzending
wiadomosci|serwis informacyjny|informacje|prognoza pogody|pogoda|dziennik|fakty|zpravy|zpravodajstvi
zpravodajsky|pocasi|spravy|spravodajstvo|pocasie|vijesti|vesti|dnevnik|vremenska prognoza|vremenska napoved
informativna emisija|porocila|vreme|informativni|hirek|hirado|hirmusor|idojaras|idojarasjelentes|nyheter|nyheder
vaer|vejret|vejr|vader|nyhetsprogram|uutiset|uutis|saa|uutislahetys|frettir|vedur|vedurfrettir|uudised|ilmateade
ilm|zinas|laika zinas|zinios|orai|orai prognoze|stiri|stirile|jurnal|jurnalul|vremea|haber|haberler
haber bulteni|hava durumu|ana haber|lajme|moti|ειδησεις|δελτιο ειδησεων|δελτιο|καιρος|новости|новостной|погода
прогноз погоды|вести|информационная|новини|прогноза за времето|времето|емисия новини|вечерни новини
осведомителен|вијести|дневник|временска прогноза|חדשות|מזג אוויר|מהדורה|أخبار|اخبار|نشرة|نشرة الأخبار|الطقس|خبر
خبری|هواشناسی|新闻|新聞|天气|天氣|资讯|時事新聞|ニュース|報道|天気|ニュース 報道|뉴스|날씨|일기예보|시사|tin tuc
thoi su|ban tin|thoi tiet|ข่าว|พยากรณ์อากาศ|berita|warta|cuaca|prakiraan cuaca|balita|newyddion|nuacht|traffic
traffico|public affairs news
""",
    0x22: """
news magazine|newsmagazine|nachrichtenmagazin|magazine d actualite|magazine d actualites|boulevardmagazin
revista de noticias|revista de informacion|rotocalco|nieuwsmagazine|magazyn informacyjny|magazyn reporterow
publicystyczny magazyn|hirmagazin|nyhetsmagasin|nyhedsmagasin|uutismagasin|ajankohtaismakasiini
publicisticky magazin|информационно аналитическая|новостной журнал|actualiteitenmagazine|newsmagasin|جريدة مصورة
""",
    0x23: """
documentation|investigations|docu series|dokumentacija|documentary|documentaries|docu|doc|docs|docuseries
documentary series|docufilm|documental|documentales|documentario|documentari|documentarios|documentarie
documentaire|documentaires|doku|dokus|dokumentation|dokumentationen|dokumentar|dokumentarfilm|dokumentarserie
dokumentarreihe|dokumentationsreihe|dokureihe|dokuserie|reportage|reportagen|reportages|reportagereihe|reportaje
reportajes|reportagem|investigacao|investigation|investigacion|true crime|real crime|grands reportages
documentaireserie|documentairereeks|dokument|dokumentalny|dokumentalne|dokumentalna|film dokumentalny
serial dokumentalny|reportaz|fabularyzowany dokument|dokumentarni|dokumentarna|dokumentarni film
dokumentarna serija|dokumentarac|dokumenty|dokumentarny|dokumentarny film|dokumentum|dokumentumfilm
dokumentumfilm sorozat|dokumentumsorozat|ismeretterjeszto|ismeretterjeszto film|ismeretterjeszto sorozat
ismeretterjeszto filmsorozat|riportmusor|dokumentari|dokumenter|dokumentti|dokumenttisarja|dokumenttielokuva
luontodokumentti|dokumentaarinen|reportaasi|heimildarmynd|heimildathattur|dokfilm|dokumentaal|dokumentaalfilm
dokumentaalsari|dokumentala|dokumentala filma|dokumentals|dokumentika|dokumentinis|dokumentinis filmas
dokumentine|apybraiza|documentar|documentare|reportaj|belgesel|belgeseller|belgesel dizi|dokumentarike
ντοκιμαντερ|ντοκιμαντέρ|ρεπορταζ|документальный|документальные|документальное|документальная
документальный фильм|документалистика|д ф|д с|док|репортаж|документальний|документальний фільм|документален
документален филм|документални|документална|документарни|документарни филм|документарен|документарна
документарна програма|научнопопуларни|докуменарец|דוקומנטרי|תיעודי|דוקו|סרט תיעודי|دكيومنتري|وثائقي|وثائقية
وثائقيات|تسجيلي|مستند|纪录片|紀錄片|纪实|紀實|纪录|紀錄|ドキュメンタリー|教養 ドキュメンタリー|다큐멘터리|다큐
phim tai lieu|tai lieu|สารคดี|dokumentaryo
""",
    0x24: """
talk|talks|interview|interviews|debate|debates|discussion|discussions|panel|panel discussion|conversation
entretien|entretiens|debat|debats|gesprach|gesprache|gesprachsrunde|diskussion|talkrunde|talksendung
interviewreihe|politiktalk|entrevista|entrevistas|tertulia|tertulias|coloquio|bate papo|dibattito|dibattiti
intervista|interviste|praatprogramma|gesprek|interviewprogramma|discussieprogramma|rozmowa|rozmowy|wywiad
wywiady|debata|publicystyka|publicystyczny|publicystyczne|diskuse|diskusni|diskusia|diskusny|rozhovor|rozhovory
publicistika|publicisticky|razgovor|razgovori|intervju|rasprava|pogovor|pogovorna|beszelgetes|interju|vita
vitamusor|debatt|debattprogram|samtal|samtale|interviu|diskusija|keskustelu|keskusteluohjelma|haastattelu
umraeda|umraeduthattur|vidtal|intervjuu|vestlus|vestlussaade|diskusijas|intervija|saruna|diskusijos|pokalbis
pokalbiai|dezbatere|dezbateri|talk politic|tartisma|soylesi|roportaj|acik oturum|συζητηση|συνεντευξη
συνεντευξεις|ενημερωτικη συζητηση|дискуссия|интервью|беседа|дебаты|разговор|публицистика|публицистический
інтервю|дискусія|дебати|дискусия|интервю|публицистично|разговори|интервју|дебата|ראיון|ראיונות|שיחה|דיון|حوار
حوارية|حواري|مقابلة|مناقشة|نقاش|گفتگو|مصاحبه|مناظره|访谈|訪談|对话|討論|対談|インタビュー|討論 会談|대담|토론
인터뷰|phong van|toa dam|doi thoai|สนทนา|สัมภาษณ์|wawancara|diskusi|bual bicara|bincang bincang|bincang
""",
    0x80: """
politics|political|politik|politique|politiques|politica|politico|politiek|polityka|polityczny|politicky
politika|politicki|politikai|politiikka|politikk|poliitika|politiskais|πολιτικη|πολιτικα|πολιτικη εκπομπη
политика|политический|політика|политически|парламент|parliament|parlament|parlamento|wahlforum|wahl|elections
election|elecciones|government|politisch|פוליטיקה|سياسة|سياسي|سیاسی|政治|정치|chinh tri|การเมือง|politik dan
social issues|social political issues economics|political issues|law justice
""",
    0x82: """
business|economy|economics|economic|finance|financial|bus financial|money|consumer|markets|stock market
wirtschaft|wirtschaftsmagazin|finanzen|finanz|finanznachrichten|borse|verbraucher|verbrauchermagazin
verbrauchertipps|economie|economique|finances|bourse|consommation|consommateur|economia|economico|negocios
finanzas|consumo|financas|empresas|finanza|affari|economie en consumptie|consument|geld|ekonomia|gospodarka
biznes|finanse|ekonomika|ekonomicky|ekonomie|obchod|gospodarstvo|ekonomija|biznis|poslovni|gazdasag|gazdasagi
uzlet|penzugy|okonomi|naeringsliv|ekonomi|naringsliv|talous|bisnes|vidskipti|majandus|ari|bizness|verslas
afaceri|financiar|ekonomi haber|finans|οικονομια|οικονομικα|οικονομικη|бизнес|экономика|финансы|економіка|бізнес
икономика|финанси|економија|כלכלה|עסקים|اقتصاد|اقتصادي|اقتصادية|اقتصادی|财经|財經|经济|經濟|股市|経済|ビジネス
경제|비즈니스|kinh te|kinh doanh|tai chinh|เศรษฐกิจ|ธุรกิจ|bisnis|ekonomi bisnis|perniagaan
""",
    0x83: """
portrait|portraits|portrat|portraet|portrats|biographical portrait|remarkable people|personalities|retrato
retratos|ritratto|ritratti|portret|portrety|portre|personality|henkilokuva|portreefilm|portretas|портрет
портреты|портретен
""",
    0x90: """
education|educational|education science|learning|school|schools|university|course|edutainment|bildung
bildungsfernsehen|bildungsprogramm|schulfernsehen|telekolleg|educatif|educative|educatifs|scolaire|pedagogique
educacion|educativo|educativa|educativos|educacao|didattico|didattica|istruzione|scuola|educazione|educatief
onderwijs|schooltv|edukacja|edukacyjny|edukacyjne|oswiata|vzdelavani|vzdelavaci|vzdelavanie|vzdelavaci porad
obrazovni|obrazovna|obrazovanje|edukativni|edukativna|izobrazevalni|izobrazevanje|oktatas|oktato|oktatofilm
utdanning|undervisning|utbildning|uddannelse|koulutus|opetus|opetusohjelma|fraedsla|fraedsluthattur|haridus
haridussaade|izglitiba|izglitojoss|svietimas|edukacine|educatie|educational tv|egitim|egitici|arsim|εκπαιδευτικη
εκπαιδευτικο|εκπαιδευση|образование|образовательный|образовательная|познавательный|познавательная|познавательное
учебный|обучающий|освіта|пізнавальний|образователна|образователно|образователен|познавателен|образовни|образовна
едукативна|едукативно|научно образовна|חינוך|חינוכי|لימודים|تعليم|تعليمي|تربوي|آموزشی|آموزش|教育|科教|教学|課外
교육|교양|giao duc|hoc tap|day hoc|การศึกษา|ความรู้|pendidikan|edukasi|ilmu pengetahuan umum|knowledge
""",
    0x91: """
ecologia|nature|natural world|wildlife|animals|animal|environment|environmental|pets|pet|zoo|agriculture|farming
ecology|climate|natur|naturdoku|naturfilm|tiere|tier|tierwelt|tierfilm|tierdoku|umwelt|landwirtschaft
zoogeschichten|hund|hunde|katzen|pferde und|animaux|animalier|animaliere|animaliers|faune
nature et environnement|environnement|ecologie|agricole|naturaleza|fauna|animales|medio ambiente|medioambiente
agricultura|mascotas|natureza|animais|meio ambiente|rural|vida selvagem|natura|animali|ambiente|natuur|dieren
milieu|natuurdocumentaire|przyroda|przyrodniczy|przyrodnicze|zwierzeta|srodowisko|rolnictwo|priroda|prirodopisny
prirodovedny|prirodni|zvirata|zvierata|zivotni prostredi|prirodopisni|prirodoslovni|zivotinje|zivali|narava
okolis|poljoprivreda|kmetijstvo|termeszet|termeszetfilm|allatok|allatvilag|allat|kornyezet|mezogazdasag
naturprogram|dyr|dyreliv|djur|miljo|natur og miljo|luonto|luontosarja|luontoelokuva|elaimet|ymparisto|nattura
natturulif|dyralif|loodus|loodusfilm|loomad|daba|dzivnieki|gamta|gyvunai|natura si animale|animale|mediu|doga
hayvan|hayvanlar|vahsi yasam|cevre|tarim|φυση|ζωα|περιβαλλον|αγροτικα|природа|животные|животный мир
природа и животные|экология|сельское хозяйство|тварини|довкілля|животни|природата|околна среда
природата и животните|животиње|животната средина|טבע|חיות|בעלי חיים|سביבה|طبيعة|حيوان|حيوانات|بيئة|الطبيعة|زراعة
طبیعت|حیات وحش|محیط زیست|自然|动物|動物|环境|環境|农业|自然 動物 環境|자연|동물|환경|thien nhien|dong vat
the gioi dong vat|moi truong|nong nghiep|ธรรมชาติ|สัตว์|สิ่งแวดล้อม|เกษตร|alam|satwa|haiwan|hewan|lingkungan
flora fauna|flora i fauna
""",
    0x92: """
aviacao|aviacion|aviazione|lotnictwo|letectvi|luftfahrt|авиация|havacilik|science|sciences|scientific|technology
technologies|tech|technical|computers|computer|engineering|space|aviation|astronomy|internet|informatics|gadgets
wissenschaft|wissenschaftsmagazin|technik|technologie|raumfahrt|naturwissenschaft|computermagazin|forschung
scientifique|scientifiques|technique|techniques|espace|informatique|sciences et technique|ciencia|ciencias
cientifico|cientifica|tecnologia|tecnologico|ciencia y tecnologia|tecnologias|scienza|scienze|scientifico
tecnica|wetenschap|techniek|nauka|naukowy|naukowe|popularnonaukowy|popularnonaukowe|technika|popularno naukowy
veda|vedecky|vedecke|vedecko popularni|popularne vedecky|technicky|znanost|znanstveni|znanstvena
znanstveni program|naucni|naucna|nauka i tehnika|tehnologija|tehnika|tudomany|tudomanyos|tudomanyos film
technologia|vitenskap|teknologi|vetenskap|teknik|videnskab|tiede|tiedeohjelma|tekniikka|teknologia|visindi
taekni|teadus|teadussaade|tehnoloogia|tehnika saade|zinatne|tehnologijas|mokslas|mokslo|technologijos|stiinta
stiintific|tehnologie|tehnica|bilim|teknoloji|uzay|shkence|επιστημη|επιστημες|τεχνολογια|επιστημονικο|наука
научный|научно популярный|научно популярное|технологии|техника|космос|науково популярний|технології
наука и техника|научен|научно популярен|научни|технологија|научна програма|научнопопуларен|מדע|טכנולוגיה|علوم
علم|علمي|تكنولوجيا|تقنية|علمی|فناوری|科学|科學|科技|技术|技術|宇宙|自然 科学|テクノロジー|과학|기술|우주
khoa hoc|cong nghe|ky thuat|khoa hoc cong nghe|วิทยาศาสตร์|เทคโนโลยี|sains|teknologi sains|ilmu pengetahuan
iptek
""",
    0x93: """
medicine|medical|health|healthcare|psychology|physiology|wellness medicine|gesundheit|gesundheitsmagazin|medizin
medizinmagazin|psychologie|sante|medecine|medicale|psycho sante|salud|medicina|medico|medicos|saude|psicologia
salute|benessere medico|gezondheid|geneeskunde|zdrowie|medycyna|medyczny|medyczne|zdravi|zdravotnictvi|zdravie
medicinsky|lekarstvi|zdravlje|zdravstvena|zdravstveni|medicinska|zdravje|egeszseg|egeszsegugyi|orvosi|helse
medisin|halsa|medicin|sundhed|terveys|laaketiede|heilsa|tervis|meditsiin|veseliba|sveikata|sanatate|saglik|tip
shendeti|υγεια|ιατρικη|ιατρικα|ψυχολογια|здоровье|медицина|медицинский|психология|здоров я|здраве|здравје
здравље|медицински|בריאות|רפואה|صحة|طب|طبي|صحي|سلامت|پزشکی|بهداشت|健康|医疗|醫療|医学|医療|心理|健康 医療|건강
의학|의료|suc khoe|y te|y hoc|สุขภาพ|การแพทย์|kesehatan|kesihatan|medis
""",
    0x94: """
townscape|cityscape|stadtportrat|landschaftsportrat|foreign countries|expedition|expeditions|world culture
cultures|civilization|civilizations|civilisations|civilisation|ethnography|geography|exploration|explorers
landscape|landscapes|land und leute|lander menschen|landschaft|landschaften|ethnologie|ethnographie|geographie
expeditionen|geografia|etnografia|expediciones|paisajes|exploracion|civiltà|civilta|popoli|landen|land en volk
volkeren|geografie|krajoznawczy|krajoznawcze|zemepis|cestopisny dokument|etnografski|zemljopis|etnologija
neprajz|foldrajz|geografi|maantiede|maat ja kansat|maateadus|этнография|география|страны и люди|страноведение
страните|етнография|גיאוגרפיה|עמים|جغرافيا|شعوب|地理|人文地理|紀行|海外紀行|지리|dia ly|ภูมิศาสตร์
country residents|countries
""",
    0x95: """
historique|historiques|historyczne|history|history science|history documentary|military|military history
archaeology|contemporary history|philosophy|genealogy|anthropology|geschichte|geschichts|zeitgeschichte
archaologie|philosophie|militar|militaer|histoire|historique documentaire|archeologie|militaire|historia
historico|historica|arqueologia|filosofia|storia|storia e|archeologia|militare|geschiedenis|filosofie
historyczny dokument|historie|dejiny|dejepis|historicky dokument|filozofie|povijest|povijesni|istorija
istorijski|povijesna|zgodovina|arheologija|vojska|tortenelem|regeszet|filozofia|historia dokument
historieprogram|historieserie|arkeologi|historiaohjelma|sotahistoria|saga tima|ajalugu|ajaloosaade|vesture
istorija ir|istorie|arheologie|tarih|arkeoloji|histori|ιστορια|ιστορικα|ιστορικο ντοκιμαντερ|история
исторические|военная история|археология|философия|історія|история и|археологија|историја|היסטוריה|ארכיאולוגיה
تاريخ|آثار|تاریخ|历史|歷史|考古|军事|軍事|歴史|史|역사|lich su|khao co|quan su|ประวัติศาสตร์|sejarah|militer
ketenteraan|social sciences|spiritual sciences
""",
    0x96: """
further education|adult education|vocational|erwachsenenbildung|weiterbildung|fortbildung|formation
formation continue|formacion|formazione|dalsi vzdelavani|felnottoktatas|aikuiskoulutus|taiendkoulitus
""",
    0x97: """
languages|language|language course|sprachkurs|sprachen|langues|cours de langue|idiomas|curso de idiomas|linguas
lingue|corso di lingua|talen|taalcursus|taal|jezyki|kurs jezykowy|jazyky|jazykovy kurz|jezici|tecaj jezika
nyelvtanfolyam|nyelvlecke|nyelv|sprak|sprog|kielet|kielikurssi|keeled|keeleope|valodas|kalbos|limbi straine
diller|yabanci dil|ξενες γλωσσες|языки|иностранные языки|езици|чужди езици|שפות|لغات|زبان|语言|語言|外语|語学
語学 会話|어학|외국어|ngoai ngu|ภาษา|bahasa
""",
}
#: words that say too little to decide against a sure one
VAGUE = {
    0x20: """
world affairs|international affairs|affaires mondiales|faits de societe|actualiteit|berichterstattung
auslandsmagazin|information|informations|informational|informativo|informativa|info|infos service|informatie
informacion|informacao|informazione|informazioni|informacja|informacyjny|informace|informacni|informacie
informacije|informativni program|informacios|informasjon|informaatio|infotjanst|informacija|informatii
informatif|enformasyon|ενημερωση|ενημερωτικη|ενημερωτικο|информация|информационный|информационные|информационно
інформація|информативна|информативен|актуално|информационна|current affairs|public affairs|current events
actualite|actualites|actualidad|actualidades|atualidades|assuntos publicos|attualita|actualiteiten|actueel
aktualnosci|aktuality|aktualno|aktualne|aktualitasok|aktuelt|aktuellt|samfunn|ajankohtaisohjelma|ajankohtais
ajankohtaista|paevakajaline|aktualitates|aktualijos|actualitati|guncel|επικαιροτητα|актуальное|актуальности
magazine d information|magazine info|magazine de l information|mag actualites|magazin information|politmagazin
regionalmagazin|magazine regional|regional magazine|infotainment news|konsumentenmagazin
magazine du consommateur|אקטואליה|شؤون|شؤون الساعة|اخبار و|时事|時事|情報|時事教養|시사교양|정보|thong tin
chuyen de|ข่าวสาร|informasi|isu semasa|ehwal semasa|majalah berita|live event news|regional
""",
    0x23: """
news documentary|news documentaries|documentary factual|news factual|magazines reports documentary
magazines reports|docudrama non fiction|magazine de reportages|doc histoire|fakta|faktaprogram|fakta program
dokumentarprogram og fakta|reports
""",
    0x80: """
society|social|societe|magazine de societe|documentaire de societe|community|law|legal|justice|court|gericht
gerichtsshow|recht|gesellschaft|gesellschaftsmagazin|soziales|sozialreportage|comportamento|comunitario
comunidad|sociedad|sociedade|legislacao|sociale|societa|attualita e societa|samenleving|maatschappij|spoleczny
spoleczenstwo|spolecnost|spolecensky|spolocnost|drustvo|drustveni|drustvena|druzba|tarsadalom|tarsadalmi|samfund
samhalle|yhteiskunta|samfelag|uhiskond|sabiedriba|visuomene|social si|societate|toplum|sosyal|shoqeri|κοινωνια
κοινωνικα|κοινωνικη|κοινωνικο|общество|социальный|социально|суспільство|социална|обществено|общество и|друштво
општество|חברה|مجتمع|اجتماعي|اجتماعية|اجتماعی|社会|社會|民生|사회|xa hoi|สังคม|sosial|kemasyarakatan|masyarakat
human interest|human relations|mennesker|etres humains|menschen|people|stat og mennesker|law crime
ret og forbrydelse|geopolitique|geopolitics|social advisory
""",
    0x83: """
biography|biographies|biopic|biographical|biografie|biographie|biographien|biografia|biografias|biografico
biografi|biograafia|elaezeroajz|eletrajz|eletrajzi|zivotopis|zivotopisny|biografski|biografija|elamakerta
biyografi|βιογραφια|βιογραφικη|биография|биографический|біографія|биографичен|биографски|ביוגרפיה|سيرة
سيرة ذاتية|زندگینامه|传记|傳記|人物|伝記|인물|tieu su|ชีวประวัติ|biografi tokoh
""",
    0x90: """
factual|knowledge factual|wissen|wissensmagazin|decouverte|decouvertes|magazine de decouvertes
documentaire decouvertes|wissenschaft und bildung|divulgacion|divulgativo|divulgativi|conhecimento|informatief
informatief programma|wiedza|popularnovedecky|poznavaci|tajekoztato|asiaohjelma|asia|faktaohjelma
ismeretterjesztes|teadmised|tema|thema|learn|ratgeber|education science factual topics|culture education
""",
}
