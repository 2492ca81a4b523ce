"""Words for leisure: travel, home, cars, fitness, cooking, shopping, gardens: content class 10.

The keys are class and kind as one byte. Accents do not matter, and one list may have a word in several languages.
"""

from __future__ import annotations

SURE = {
    0xA1: """
turisme|tourist|travel|tourism|travelogue|travels|tourism travel|nature travel|adventure travel|vacation
holidays travel|reise|reisen|reisemagazin|reisereportage|urlaub|tourismus|reisebericht|reisedoku|voyage|voyages
tourisme|magazine du tourisme|evasion|viaje|viajes|turismo|viagem|viagens|viaggi|viaggio|reizen|reisprogramma
reismagazine|toerisme|vakantie|podroze|podroz|turystyka|podrozniczy|turystyczny|cestovani|cestopis|cestopisny
turistika|cestovanie|cestovatelsky|putovanja|putopis|putopisni|putopisna|turizam|potovanja|potopis|turizem
utazas|utazasi|utifilm|turizmus|turisztikai|reiseprogram|reiser|rejser|rejse|resor|resa|resemagasin|turism
matkailu|matkailuohjelma|matka|ferdalog|ferdathattur|reisisaade|reisimine|celojumi|celosana|turisms|keliones
turizmas|calatorii|calatorie|turism calatorii|gezi|seyahat|turizm|udhetim|ταξιδια|ταξιδι|τουρισμος|ταξιδιωτικη
ταξιδιωτικο|путешествия|путешествие|туризм|подорожі|туризъм|пътешествие|пътувания|пътешествия|патувања|путовања
туризам|טיולים|תיירות|מסעות|سفر|سياحة|رحلات|السفر|گردشگری|سفرنامه|旅游|旅遊|旅行|旅|旅番組|旅行 観光|여행|관광
du lich|kham pha|ท่องเที่ยว|เดินทาง|wisata|perjalanan|pelancongan|melancong|jalan jalan
""",
    0xA2: """
handicraft|handicrafts|crafts|craft|arts and crafts|hobbies crafts|arts crafts|handwerk|basteln|heimwerken
handarbeit|artisanat|bricolage|travaux manuels|manualidades|artesania|bricolaje|artesanato|artigianato|fai da te
bricolage casa|knutselen|klussen|handwerken|doe het zelf|rzemioslo|majsterkowanie|zrob to sam|remesla|femesla
kutilstvi|kutilske|remeslo|rucni rad|rucni radovi|majstor|rocna dela|kezmuves|barkacs|barkacsolas|handverk
handarbete|hantverk|handvaerk|gor det sjalv|kasityo|kasityot|nikkarointi|handavinna|kasitoo|rokdarbi|rankdarbiai
mestesuguri|bricolaj|el sanatlari|el isi|χειροτεχνια|рукоделие|своими руками|ремонт|ръкоделие|занаяти
направи си сам|יצירה|أشغال يدوية|حرف|手工|手芸|공예|thu cong|งานฝีมือ|kerajinan|kraftangan
""",
    0xA3: """
motoring|cars|car|automobile|automobiles|automotive|auto|autos|motor vehicles|automagazin|automobil|motormagazin
automobile magazine|magazine de l automobile|magazine automobile|auto moto magazine|coche|coches|automoviles
carros|automoveis|automovel|automobili|motori|auto magazine|autoprogramma|automagazine|motoryzacja|motoryzacyjny
samochody|auto motor|motoristicky magazin|motorismus|motorizam|automobilizam magazin|auto magazin|autoshow
autozas|autos musor|autok|bil|biler|bilar|bilprogram|motorprogram|bilmagasin|autot|autoilu|autoohjelma|bilar og
autosaade|autod|auto raidijums|automobiliai|masini|auto emisiune|otomobil|otomotiv|αυτοκινητο|αυτοκινητα|авто
автомобили|автомобиль|про авто|автомобільний|автомобилно|автомобилна|автомобил|מכוניות|רכב|سيارات|محركات|خودرو
汽车|汽車|车|自動車|クルマ|자동차|o to|xe|xe hoi|ยานยนต์|รถยนต์|otomotif|automotif|kereta
""",
    0xA4: """
fitness|fitness and health|health fitness|health and fitness|wellness|yoga|exercise|workout|aerobics|self help
self improvement|pilates|wellbeing|well being|fitnessmagazin|fitnessubungen|gymnastik fitness|entspannung
bien etre|emission du bien etre|magazine du bien etre|aerobic|remise en forme|forme|bienestar|ejercicio|en forma
autoayuda|bem estar|auto ajuda|autoajuda|exercicios|benessere|ginnastica fitness|welzijn|gymnastiek fitness|fit
kondycja|zdrowie i uroda|cviceni|cvicenie|fitnes|vjezbanje|vezbanje|rekreacija|telovadba|edzes|egeszseg fitness
joga|trening|traning|hyvinvointi|kuntoilu|jumppa|heilsuraekt|treening|fitnesa|sveika gyvensena|mankšta
sanatate fitness|egzersiz|saglikli yasam|spor fitness|γυμναστικη υγεια|ευεξια|фитнес|йога|зарядка
здоровый образ жизни|упражнения|фитнес и|כושר|يوغا|لياقة|لياقة بدنية|تناسب اندام|健身|瑜伽|養生|养生
フィットネス|ヨガ|운동 건강|요가|피트니스|the hinh|tap the duc|yoga the duc|ออกกำลังกาย|kebugaran|kecergasan
""",
    0xA5: """
culinaire|culinaires|kulinarik|gastronomic|cooking|cookery|food|food home|food and drink|food drink|food cooking
cuisine|culinary|gastronomy|baking|eating|eating drinking|restaurant|wine|chef|recipes|cookery show|kochen
kochsendung|kochshow|kochsoap|kulinarisches|kulinarisch|essen|essen und trinken|backen|gastronomie|koch
gastronomique|recettes|cuisine magazine|cocina|gastronomia|culinario|culinaria|comida|recetas|receitas|cucina
enogastronomia|ricette|koken|kookprogramma|eten|eten en drinken|gotowanie|kulinaria|kulinarny|kulinarne|kuchnia
przepisy|vareni|kucharsky|gastronomie vareni|kulinarni|kulinarske|kucharska|varenie|kulinarsky|kuhanje|kuhinja
kulinarstvo|kulinarski|kulinarska|kuvanje|gastronomija|gastro|kulinarika|fozes|fozomusor|gasztronomia|gasztro
gasztronomiai|fozocske|matlaging|matprogram|mat|mat og drikke|matlagning|madlavning|mad|mad og drikke|ruoka
ruokaohjelma|kokkaus|ruoanlaitto|matreidsla|kokasaade|kokandus|toit|kulinarija|edienu gatavosana|kulinarijos
maistas|gatit|culinar|culinare|bucatarie|retete|yemek|yemek programi|mutfak|gurme|gatim|μαγειρικη|κουζινα
γαστρονομια|μαγειρικης|кулинария|кулинарный|кулинарное|еда|кухня|кулінарія|готовим|кулинарно|кулинарна|кулинарен
готварство|готвене|кулинарство|кулинарска|кулинарски|кување|בישול|אוכל|אפייה|טבח|مطبخ|الطبخ|طبخ|طعام|أكل|آشپزی
غذا|美食|烹饪|烹飪|厨艺|饮食|料理|グルメ|料理 グルメ|食|요리|음식|맛집|먹방|am thuc|nau an|mon ngon|อาหาร
ทำอาหาร|masak|memasak|kuliner|masakan|masakan dan|pagluluto
""",
    0xA6: """
paid program|paid programme|paid programs|paid programming|paid advertisement|shopping|advertisement|advertising
teleshopping|infomercial|infomercials|commercial|commercials|commercial programme|home shopping|tv shopping
advertorial|consumer shopping|werbung|dauerwerbesendung|werbesendung|live shopping|verkaufssendung|teleachat
tele achat|magazine de tele achat|publicite|publireportage|teletienda|televenta|compras|publicidad|anuncios
televendas|vendas|publicidade|comercial|infocomercial|televendita|televendite|pubblicita|televerkoop
telewinkelen|reclame|telesprzedaz|zakupy|reklama|telezakupy|teleshop|reklamni|telekupovina|tv prodaja
tv kupovina|tele prodaja|oglasi|teleshopping tv|reklam|reklamfilm|televasarlas|tv shop|tvshop|reklame|mainos
ostoskanava|tv ostokset|auglysingar|reklaamsaade|reklaam|ostukanal|reklamos|teleparduotuve|telesoping
publicitate|teleshoping|tele alisveris|alisveris|reklam kusagi|telemarketing|τηλεπωλησεις|τηλεμαρκετινγκ
διαφημισεις|διαφημιση|телемагазин|реклама|магазин на диване|телешопинг|реклами|телепродажба|телешоп|рекламен
телешопинг програма|פרסומת|קניות|تسوق|إعلان|إعلانات|اعلان|خرید|آگهی|购物|購物|广告|廣告|电视购物|ショッピング
通販|テレビショッピング|홈쇼핑|쇼핑|광고|mua sam|quang cao|ช้อปปิ้ง|โฆษณา|belanja|iklan|membeli belah
""",
    0xA7: """
gardening|garden|gardens|home garden|home and garden|house garden|house and garden|home gardening|plants
homes and gardens flowers|garten|gartenmagazin|gartenbau|gartnern|jardin|jardinage|jardineria|plantas|jardinagem
giardinaggio|giardino|tuin|tuinieren|tuinprogramma|ogrod|ogrodnictwo|ogrodniczy|zahrada|zahradnicky|zahradkar
zahradkarsky|zahrady|vrt|vrtlarstvo|vrtlarenje|basta|bastovanstvo|vrtnarstvo|vrtnarjenje|kert|kerteszet
kerteszeti|kerteszkedes|hage|hageprogram|have|haven|havebrug|tradgard|tradgardsprogram|odling|puutarha
puutarhanhoito|puutarhaohjelma|gardyrkja|aed|aiandus|aiasaade|darzs|darzkopiba|sodas|sodininkyste|gradina
gradinarit|bahce|bahcecilik|κηπος|κηπουρικη|сад|огород|садоводство|дача|садівництво|градина|градинарство
градинарски|גינון|גן|حدائق|بستنة|باغبانی|园艺|園藝|園芸|ガーデニング|원예|정원|lam vuon|cay canh|ทำสวน|สวน
berkebun|kebun|taman
""",
}
#: words that say too little to decide against a sure one
VAGUE = {
    0xA0: """
lifestyles|como fazer|faca voce mesmo|evento ao ar livre|ao ar livre|al aire libre|plein air|all aperto
aire libre|angelmagazin|revista feminina|women|woman|frauen|frauenmagazin|mujer|mulher|donna|donne|vrouwen
kobieta|nok|жени|женский|leisure|hobby|hobbies|leisure hobbies|lifestyle|how to|howto|instructional|outdoors
outdoor|hunting|fishing|angling|card games|cards|poker|gambling|games|gaming|video games|parenting|family life
house|living|wedding|home life|freizeit|freizeitmagazin|ratgebermagazin|servicemagazin|lebensart|angeln|jagd
jagen|computerspiel|computerspiele|spiele|hochzeit|wandern|haushalt|art de vivre|magazine de l art de vivre
magazine de services|loisirs|loisir|peche|chasse|jeux video|vie pratique|conseils|magazine de la femme|feminin
femme|ocio|aficiones|estilo de vida|pesca|caza|videojuegos|hogar|consejos|lazer|estilo|pesca e|hobbies e
tempo libero|stile di vita|caccia|passatempo|vrije tijd|levensstijl|vissen|hobby en|hobby s|czas wolny
styl zycia|wedkarstwo|lowiectwo|poradnik|poradnikowy|poradniki|hobby poradnik|volny cas|zivotni styl|rybareni
myslivost|hobby magazin|zivotny styl|poradensky|rybarcenie|slobodno vrijeme|slobodno vreme|stil zivota|ribolov
lov|savjeti|lifestyle emisija|prosti cas|zivljenjski slog|nasveti|szabadido|eletmod|eletmod magazin|horgaszat
vadaszat|tanacsado|fritid|livsstil|livsstilsprogram|fiske|jakt|jagt|hobby og fritid|livsstilsmagasin|vapaa aika
lifestyle ohjelma|harrasteet|harrastukset|kalastus|metsastys|elamantapa|tomstundir|lifsstill|veidi|vaba aeg
elustiil|eluolu|kalastamine|jahindus|brivais laiks|dzivesstils|makskeresana|medibas|laisvalaikis|gyvenimo budas
zvejyba|medziokle|timp liber|stil de viata|pescuit|vanatoare|sfaturi|hobi|yasam|yasam tarzi|yasam programi
avcilik|balikcilik|menyre jetese|τροπος ζωης|χομπι|ελευθερος χρονος|ψαρεμα|κυνηγι|lifestyle εκπομπη|хобби|досуг
образ жизни|рыбалка|охота|советы|стиль жизни|дозвілля|хобі|стиль життя|свободно време|хоби|начин на живот
стил на живот|лов|риболов|лайфстайл|слободно време|стил живота|животен стил|לייפסטייל|פנאי|תחביבים|סגנון חיים
نمط حياة|أسلوب حياة|هوايات|منوعات حياة|سبک زندگی|اوقات فراغت|生活|休闲|休閒|钓鱼|電競遊戲|趣味|ライフスタイル
釣り|生活情報|라이프|라이프스타일|취미|낚시|생활정보|doi song|loi song|phong cach song|cuoc song|ไลฟ์สไตล์
งานอดิเรก|gaya hidup|hobi dan|pancing|memancing|keluarga dan
""",
    0xA2: """
home|home improvement|diy|do it yourself|homes|homes gardens|homes and gardens|interior design|property
real estate|renovation|renovieren|bauen|wohnen|einrichten|decoration|magazine de la decoration|habitat|maison
immobilier|bricolage maison|hogar y|decoracion|reformas|reforma|casa|decoracao|imoveis|casa e|arredamento
ristrutturazione|wonen|wonen en|verbouwen|interieur|dom|wnetrza|dom i ogrod|bydleni|byvanie|bydlenie|dum|dom vrt
uredenje|uredenje doma|dom i vrt|otthon|lakberendezes|lakaskultura|bolig|boligprogram|hjem|hem|inredning|koti
sisustus|kodin|asuminen|heimili|kodu|sisustussaade|remont|maja|interjers|namai|interjeras|casa si gradina
amenajari|imobiliare|ev dekorasyon|ev|dekorasyon|σπιτι|διακοσμηση|дом|интерьер|недвижимость|ремонт и|дім|дома
обзавеждане|дом и градина|уредување|בית|עיצוב|ديكور|منزل|دکوراسیون|خانه|家居|装修|房产|住まい|インテリア|집
인테리어|부동산|nha dep|noi that|nha dat|บ้าน|ตกแต่งบ้าน|rumah|dekorasi|hartanah
""",
}
