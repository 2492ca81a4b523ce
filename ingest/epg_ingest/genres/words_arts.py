"""Words for music, arts and religion: content classes 6 and 7.

The keys are class and kind as one byte. Accents do not matter, and one list may have a word in several languages.
"""

from __future__ import annotations

SURE = {
    0x60: """
music|musical show|music show|concert|concerts|songs|song|ballet dance|music ballet dance|music video show
music magazine|live music|karaoke|musik|musikshow|musikmagazin|musiksendung|konzert|konzerte|konzertfilm
musikfilm|musikdoku|chansons|chanson|musique|musiques|musical emission|emission musicale|musical magazine
musicale|musicaux|concert musique|musica|musicas|concierto|conciertos|musicales|actuacion|concerto|concertos
show musical|musicais|concerti|musicali|canzoni|muziek|muziekprogramma|muzyka|muzyczny|muzyczne|muzyczna|koncert
koncerty|teledyski|piosenki|hudba|hudebni|hudobny|hudobne|hudobna|koncerty hudba|glazba|glazbeni|glazbena|muzika
muzicki|muzicka|muzicki program|koncerti|glasba|glasbena|glasbeni|zene|zenei|zenes|zenes musor|koncertfilm
musikk|musikkprogram|konsert|musikprogram|konsertti|musiikki|musiikkiohjelma|tonlist|tonleikar|muusika
muusikasaade|kontsert|muzika raidijums|muzikas|koncerts|muzika koncertas|koncertas|muzikine|muzica|muzical
concert muzica|muzik|muzik programi|konser|muzike|μουσικη|μουσικο|μουσικη εκπομπη|συναυλια|музыка|музыкальный
музыкальная|музыкальное|музыкальные|концерт|концерты|музика|музичний|музикален|музикална|музикално|музичка
музички|музичка програма|מוזיקה|מוסיקה|קונצרט|הופעה|موسيقى|موسيقي|أغاني|اغاني|حفلة|موسیقی|کنسرت|音乐|音樂|演唱会
演唱會|歌曲|音楽|コンサート|歌|음악|가요|콘서트|뮤직|am nhac|ca nhac|hoa nhac|ca khuc|เพลง|ดนตรี|คอนเสิร์ต
musik dan|muzik dan|lagu|musika|cerddoriaeth|ceol
""",
    0x61: """
easy listening|alternative music|alternative rock|indie|teledysk|teledyski|rock|pop|rock pop|pop rock|hip hop
hiphop|rap|r b|rnb|metal|punk|electronic|techno|reggae|music videos|music video|video clips|videoclips|videoclip
clips musicaux|videoclipshow|videoclipe|videoclipes|rockmusik|popmusik|hard rock|heavy metal|pop music
rock music|popmuzyka|rock i pop|k pop|kpop|j pop|ポップス|ロック|팝|рок|поп|рок и поп|поп музыка|видеоклипы
""",
    0x62: """
classical music|serious music|serious classical music|classical|klassische musik|klassik|ernste musik
klassikkonzert|sinfonie|oper klassik|musique classique|classique|symphonique|musica clasica|clasica
musica classica|classica|erudita|klassieke muziek|klassiek|muzyka klasyczna|muzyka powazna|vazna hudba
klasicka hudba|klasicna glazba|ozbiljna glazba|klasicna muzika|klasicna glasba|resna glasba|komolyzene
klasszikus zene|klassisk musikk|klassisk musik|klassinen musiikki|klassiline muusika|klasiska muzika
klasikine muzika|muzica clasica|klasik muzik|κλασικη μουσικη|классическая музыка|класична музика
класическа музика|симфоническая|מוזיקה קלאסית|موسيقى كلاسيكية|موسيقى كلاسيك|古典音乐|古典音樂|クラシック|클래식
고전음악|nhac co dien|ดนตรีคลาสสิก|musik klasik|oper
""",
    0x63: """
folk|folk music|traditional music|country|country music|folk and country|national music|volksmusik|schlager
schlagershow|volkstumliche musik|blasmusik|heimatmusik|musique traditionnelle|musique folklorique
folklore musical|folclore|folclorica|folclor|flamenco|fado|sertanejo|musica sertaneja|musica popular|folklore
musica folk|volksmuziek|muzyka ludowa|folklor|lidova hudba|dechovka|ludova hudba|folklorny|narodna glazba
narodna muzika|narodnozabavna|narodnozabavna glasba|nepzene|nepzenei|nota|magyarnota|folkemusikk|folkemusik
folkmusik|dansband|kansanmusiikki|iskelma|pärimusmuusika|rahvamuusika|tautas muzika|liaudies muzika
muzica populara|turk halk muzigi|halk muzigi|turku|λαικη μουσικη|παραδοσιακη μουσικη|λαικα|народная музыка
шансон|народна музика|фолклор|народна музика и|фолк|народна песна|מוזיקה עממית|تراث|شعبي|民乐|民歌|戏曲|戲曲
京剧|演歌|民謡|国악|국악|트로트|dan ca|nhac dan toc|cai luong|ลูกทุ่ง|ลูกกรุง|หมอลำ|dangdut|keroncong
musik tradisional
""",
    0x64: """
jazz|jazz music|blues|jazzkonzert|concert jazz|jazzmusik|dzhez|dzez|jazzmuusika|dzezas|dzezs|caz|τζαζ|джаз|блюз
גאז|جاز|爵士|ジャズ|재즈|แจ๊ส
""",
    0x65: """
musical|musicals|opera|operas|operetta|operette|musical comedy|musical theatre|comedie musicale
comedies musicales|opera musical|comedia musical|operacion musical|zarzuela|opereta|commedia musicale|operetka
muzikal|muzikaly|opereta muzikal|mjuzikl|musikal|musikkteater|oopper|ooppera|musikaali|operett|muzikls|miuziklas
muzikalai|oper musical|oppera|muzikal film|μιουζικαλ|οπερα|οπερετα|мюзикл|мюзиклы|опера|оперетта|мюзикъл|оперета
мјузикл|אופרה|מחזמר|أوبرا|مسرحية غنائية|歌剧|歌劇|音乐剧|ミュージカル|オペラ|뮤지컬|오페라|nhac kich
opera nhac kich
""",
    0x66: """
ballet|dance|dancing|dance show|club and dance|choreography|ballett|tanz|tanzfilm|tanzsport|tanzshow|danse|baile
danza|danzas|danca|bale|balletto|ballo|dans|taniec|tanec|balet|tanecni|tanecny|ples|plesna|baleti|tanc|tanctudas
balett|tanssi|baletti|dans og|ballett og|tants|dejas|balets|sokis|sokiai|baletas|balet si dans|dans bale|χορος
μπαλετο|балет|танцы|танец|танци|балет и танц|плес|בלט|מחול|ريקوד|ريקודים|باليه|رقص|芭蕾|舞蹈|バレエ|ダンス|발레
무용|댄스|khieu vu|mua|บัลเล่ต์|เต้นรำ|tari|tarian|balet tari
""",
    0x70: """
culture|cultural|arts culture|art culture|arts and culture|kultur|kulturmagazin|culturel|culturelle
magazine culturel|cultura|cultural magazine|culturale|cultureel|cultuur|kultura|kulturalny|kulturalne|kulturni
kulturny|kulturna|kulturno umjetnicki|kulturalis|kultur og|kulttuuri|kulttuuriohjelma|menning|kultuur
kultuurisaade|kulturas|kulturos|kulturinis|cultura si arta|kultur sanat|sanat|kulture|πολιτισμος|πολιτιστικο
πολιτιστικη|τεχνες|культура|культурный|культура и искусство|искусство|мистецтво|култура|културна|културно
изкуство|културно уметничка|уметност|תרבות|אמנות|ثقافة|ثقافي|ثقافية|فن وثقافة|فرهنگی|فرهنگ|هنر|文化|艺术|藝術
文艺|人文|文化 芸術|芸術|문화|예술|교양문화|van hoa|nghe thuat|van hoa nghe thuat|วัฒนธรรม|ศิลปะ|budaya
seni budaya|seni|kesenian
""",
    0x71: """
cabare|musiktheater|puppet theatre|performing arts|performance|theatre|theater|theatrical|stand up|standup
stand up comedy show|cabaret|comedy show|circus|magic|one man show|kabarett|kabarett comedy|comedyshow
theaterstuck|buhne|zirkus|zauberei|schauspiel|varietetheater|theatrales|theatre piece|piece de theatre
arts spectacles|arts et spectacles|cirque|magie|humoriste|spectacle d humour|teatro|teatral|monologos|circo
artes escenicas|magia|artes performativas|stand up comico|spettacolo teatrale|toneel|cabaret show
theatervoorstelling|teatr|teatr telewizji|kabaret|cyrk|spektakl|spektakl teatralny|divadlo|divadelni|divadelny
inscenace|inscenacia|kabaret show|cirkus|kazaliste|pozoriste|gledalisce|predstava|pozorisna predstava|szinhaz
szinhazi|szinhazi kozvetites|szindarab|kabare|cirkusz|teater|teaterforestilling|sirkus|teatteri|teatteriesitys
sirkus ja|leikhus|teatrid|lavastus|teatris|izrade|cirks|teatras|spektaklis|cirkas|teatru|piesa de teatru|circ
tiyatro|sirk|θεατρο|θεατρικη|θεατρικο|τσιρκο|театр|спектакль|цирк|театральный|вистава|театър|театрален
постановка|позориште|театарска|תיאטרון|מופע|סטנדאפ|קרקס|مسرح|مسرحية|مسرحيات|سيرك|تئاتر|نمایش|话剧|話劇|戏剧|戲劇
相声|小品|马戏|杂技|舞台|演劇|劇場 公演|落語|연극|공연|서커스|san khau|kich|kich noi|xiec|ละครเวที|การแสดง
pentas|sulap|sarkas|theatr
""",
    0x72: """
fine arts|art|arts|painting|sculpture|architecture|design|photography|museum|exhibition|visual arts
bildende kunst|kunst|malerei|architektur|fotografie|museen|ausstellung|beaux arts|peinture
architecture et design|photographie|bellas artes|pintura|arquitectura|arte|belas artes|arquitetura|belle arti
pittura|architettura|beeldende kunst|schilderkunst|sztuka|malarstwo|architektura|sztuki piekne|umeni
vytvarne umeni|umenie|umjetnost|umetnost|likovna umjetnost|likovna umetnost|arhitektura|muveszet|kepzomuveszet
epiteszet|kunst og kultur|konst|arkitektur|taide|kuvataide|arkkitehtuuri|listir|kunst ja|maksla|arhitektura un
menas|daile|architektura ir|arta|arte plastice|arhitectura|resim|mimari|art et culture|εικαστικα|ζωγραφικη
αρχιτεκτονικη|живопись|архитектура|изобразително изкуство|архитектурата|ציור|אדריכלות|فنون|فنون جميلة|رسم|عمارة
هنرهای تجسمی|معماری|美术|美術|绘画|书画|建筑|書画|미술|건축|my thuat|hoi hoa|kien truc|จิตรกรรม|สถาปัตยกรรม
seni rupa|seni lukis|arsitektur
""",
    0x73: """
religion|religions|religious|church|worship|mass|faith|spirituality|christian|christianity|gospel|islam|islamic
bible|devotional|service religious|gottesdienst|kirche|kirchenprogramm|kirchenmagazin|glaube|religionsmagazin
religioses|andacht|religieux|religieuse|religieuses|messe|culte|spiritualite|religiosa|religioso|religiosos
religiao|misa|missa|iglesia|espiritualidad|culto|fe|catolico|evangelico|gospel musica|santa messa|messa
religione|chiesa|spiritualita|religie|kerkdienst|godsdienst|geloof|kerk|eredienst|levensbeschouwing|religia
religijny|religijne|msza|msza swieta|kosciol|nabozenstvi|nabozensky|nabozenske|mse|bohosluzba|krestansky|omsa
svata omsa|duchovny|religija|vjerski|verski|verska|misa sveta|vjerski program|religijski|masa|sveta masa|vallas
vallasi|vallasi musor|mise|istentisztelet|szentmise|egyhaz|religios|gudstjeneste|kristendom|livssyn|gudstjanst
andaktsprogram|kirkko|jumalanpalvelus|uskonto|hartaus|hartausohjelma|gudsthjonusta|trumal|jumalateenistus
religioon|usk|religija un|dievkalpojums|tikejimas|religine|misios|slujba|liturghie|emisiune religioasa|din|dini
dini program|dini musiki|besim|fetare|θρησκεια|θρησκευτικη|θρησκευτικα|θεια λειτουργια|λειτουργια|религия
религиозный|религиозная|богослужение|церковь|православие|вера|релігія|релігійний|богослужіння|религиозно
религиозна|литургия|верска програма|верски|религија|верско|דת|יהדות|תפילה|מסורת|دين|ديني|دينية|إسلامي|اسلامي
إسلاميات|قرآن|القرآن|قران|صلاة|مذهبی|دینی|宗教|佛教|基督教|佛学|기독교|종교|불교|천주교|ton giao|phat giao|ศาสนา
ธรรมะ|agama|rohani|keagamaan|islami|religi|kerohanian|crefydd
""",
    0x74: """
popular culture|traditional arts|pop culture|popkultur|culture populaire|cultura popular|cultura pop|popcultuur
folklore arts|folk arts|traditions|brauchtum|volkskultur|tradiciones|tradizioni|popular culture traditional arts
traditional culture|kulturpop|kansanperinne|nepmuveszet|nephagyomany|фольклор|традиции|традиции и обичаи
фолклорна|tradisi
""",
    0x75: """
literature|books|book|books literature|poetry|literatur|literaturmagazin|buchmagazin|lesung|bucher|litterature
litteraire|livres|livre|poesie|literatura|libros|libro|poesia|livros|letteratura|libri|literatuur|boeken|ksiazki
literacki|knihy|literarni|literarny|knjizevnost|knjige|knjiga|irodalom|irodalmi|konyv|konyvek|litteratur|bøker
boker|boger|bocker|kirjallisuus|kirjat|bokmenntir|kirjandus|raamatud|gramatas|knygos|carti|edebiyat|kitap
λογοτεχνια|βιβλιο|βιβλια|ποιηση|литература|книги|книга|поэзия|література|поезия|книжевност|ספרות|ספרים|أدب|شعر
كتب|ادبیات|کتاب|文学|文學|读书|文芸|読書|문학|독서|van hoc|sach|วรรณกรรม|หนังสือ|sastra|buku
""",
    0x76: """
film culture|cinema magazine|film magazine|movie magazine|magazine du cinema|magazine cinema|mag cinema
kinomagazin|filmmagazin|doc cinema|documentaire cinema|cine magazine|magazine de cinema|film und kino
filmmagazine|film nieuws|magazyn filmowy|filmovy magazin|filmski magazin|filmmagazin kultura|film cinema
filmi saade|о кино|кино о кино|киножурнал|мирa кино|映画情報|영화정보
""",
    0x77: """
experimental film|experimental video|video art|experimentalfilm|film experimental|cine experimental|film video
experimental|videokunst|film sperimentale
""",
    0x78: """
media|press|broadcasting|broadcasting press|medien|medienmagazin|presse|medias|prensa|medios|imprensa|midia
stampa|media e|media press|pers|prasa|tisk|mediji|sajto|medier|lehdisto|presa|basin|medya|τυπος|сми|медиа|пресса
медии|תקשורת|إعلام|صحافة|رسانه|媒体|媒體|传媒
""",
    0x79: """
new media|neue medien|nouveaux medias|nuevos medios|novas midias|nuovi media|nowe media|nova media|novi mediji
multimedia|multimedia magazin|webtv|podcast|vlog|youtube
""",
    0x7A: """
arts magazine|arts magazines|culture magazine|culture magazines|arts culture magazines|cultural magazines
kunstmagazin|magazine des arts|revista cultural|magazyn kulturalny|kulturni magazin|kulturmagasin
kulttuurimakasiini
""",
    0x7B: """
fashion|style|beauty fashion|mode|modemagazin|moda|moda e|moda belleza|beleza moda|moda i|moda i stil|divat
divatmagazin|mote|muoti|tiska|mood|moe|mados|mada|moda si|moda programi|μοδα|мода|мода и стил|мода и красота
אופנה|أزياء|موضة|مد|时尚|時尚|時裝|ファッション|패션|뷰티|thoi trang|แฟชั่น|fesyen|busana
""",
}
#: words that say too little to decide against a sure one
VAGUE = {
    0x70: """
arts|artes|kunst und kultur allgemein|culture and|culture generale|kunst kultur
""",
    0x72: """
antiques|antique|auction|auctions|collectibles|collecting|colecionaveis|leilao|antiquitaten|trodel|auktion
auktionen|antiquites|encheres|brocante|antiguedades|subastas|antiquariato|aste|antiek|veiling|antyki
starozitnosti|antikviteti|regisegek|antikviteter|antiikki|antikvaar
""",
    0x76: """
showbiz|celebrity|celebrities|gossip|promi|promimagazin|prominente|people magazine|corazon|famosos|celebridades
cronaca rosa|sterren|gwiazdy|celebrity magazin|estrada vijesti|sztar|sztarmagazin|kandis|kjendis|kandisar
julkkis|magazin dunyasi|magazin programi|шоубизнес|звезды|светски новини|مشاهير|明星|芸能|연예정보|스타
""",
}
