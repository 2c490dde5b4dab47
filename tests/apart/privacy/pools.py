"""Words that persons and addresses are drawn from. Written down by hand; nobody real is meant."""

# ruff: noqa: SIM905 - lists of words are read and checked more easily as words

from __future__ import annotations

# ---- Chinese names ----------------------------------------------------------------------

COMMON = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
RARE = (
    "仝佘逄亓仇冼卜殳尕门闵咸麻幸昝鄢桑桂官阚隗宓蔺璩笪粟厍库过竺逯盖益桓公么牟谌鞠丘苟劳辜禤缪单查解种区"
    "晁乜鲜茆屈宦艾鱼容古易慎戈庾终暨居衡步都耿满弘匡国文寇广禄阙东"
)
COMPOUND = (
    "欧阳 上官 司马 诸葛 司徒 东方 皇甫 尉迟 公孙 慕容 令狐 轩辕 夏侯 端木 独孤 南宫 长孙 "
    "宇文 申屠 澹台 呼延 闻人"
).split()
GIVEN_TWO = (
    "建国 建军 志强 志伟 国强 国华 文斌 海涛 海燕 晓东 "
    "晓燕 晓红 春梅 秀兰 秀英 桂芳 桂花 玉兰 玉珍 淑芬 "
    "淑华 丽娟 丽萍 美玲 雪梅 红梅 红霞 永刚 永红 金龙 "
    "金凤 立新 立军 卫东 卫国 光辉 振华 振宇 德胜 德福 "
    "长青 福生 根宝 水生 大勇 小龙 小军 小燕 少华 少杰 "
    "子轩 子涵 梓涵 梓萱 浩然 浩宇 宇轩 宇航 俊杰 俊熙 "
    "思远 思琪 思雨 雨桐 雨欣 欣怡 欣悦 佳怡 佳琪 嘉欣 "
    "嘉豪 诗涵 诗琪 梦瑶 梦洁 一诺 一凡 可馨 可欣 若曦 "
    "若楠 书豪 书瑶 天佑 天宇 博文 博远 泽宇 泽楷 明轩 "
    "明哲 铭泽 景行 景明 承志 承恩 怀瑾 望舒 清扬 静怡 "
    "静雯 婉婷 婷婷 莉莉 娜娜 媛媛 亚楠 亚军 亚萍 新宇 "
    "新民 世杰 世豪 家豪 家俊 伟民 伟东 爱国 爱华 爱萍 "
    "凤英 凤霞 翠花 巧云 彩霞 银花 月娥 月华 素珍 素芬 "
    "惠敏 慧敏 慧玲 艳红 艳丽 云飞 云霞 鹏飞 鹏程 腾飞 "
    "庆丰 庆华 学文 学军 绍祥 兆辉 树林 树森 广平 广义 "
    "宏伟 宏图 宝山 宝玉 喜来 冬梅 夏荷 秋生 秋菊 乐乐"
).split()
GIVEN_MALE = "伟强磊军勇涛斌杰浩鹏宇飞超辉刚健波峰明亮建国志文俊凯晨旭昊轩泽瑞铭博毅洋林东"
GIVEN_FEMALE = "芳娜敏静丽艳娟霞秀英玲桂兰燕红梅琳倩雪颖佳怡欣雨涵梦婷洁莹璐瑶薇蕾琪萱彤"
GIVEN_BOTH = "华平春晓清思安宁远舒恒一乐然之子若嘉明凡云启航溪渝沁维予"
GIVEN_ODD = "喆翀赟昱彧燚骁琰翊弢鋆旻霁旸皛堃祎劼甯骉"
UYGHUR = (
    "阿迪力·吐尔逊 古丽努尔·买买提 艾尔肯·阿不都拉 热依汗古丽·依明 买合木提·司马义 帕提古丽·卡德尔 "
    "木拉提·赛买提 祖丽胡玛尔·艾合买提 吾买尔江·托合提 "
    "海热提·牙生 阿尔祖古丽·热合曼 叶尔兰·哈孜别克"
).split()
OTHER_PEOPLES = (
    "扎西顿珠 次仁卓玛 洛桑旺堆 格桑央金 巴特尔 乌云其木格 苏日娜 娜仁托娅 吉克伍加 阿的沙马 "
    "岩温罕 玉香囡 孟和巴雅尔 索朗德吉"
).split()
TRANSCRIBED = (
    "约翰·哈珀 玛丽亚·科斯塔 安德烈·伊万诺夫 卡琳·霍夫曼 "
    "穆罕默德·拉希姆 索菲·勒格朗 丹尼尔·奥布莱恩"
).split()

# ---- names in Latin letters: first names, last names, by where they are at home ----------

LATIN = {
    "english": (
        "Harriet Oliver Edith Graham Nigel Philippa Stanley Imogen Rupert Gemma Keith Tamsin",
        "Whitcombe Atterbury Holdsworth Pemberton Clegg Ashdown Fairbrother Mossop Tolley Birch",
    ),
    "american": (
        "Tyler Madison Brandon Kaylee Dustin Brittany Randall Cheryl Wade Latoya Marcus Denise",
        "Hutchins Caldwell Mackey Stroud Boykin Ledbetter Greer Prewitt Washington Tatum Young",
    ),
    "irish": (
        "Siobhan Ciaran Aoife Padraig Niamh Declan",
        "O'Rourke McGrath O'Shea Kinsella Feeney",
    ),
    "spanish": (
        "Ximena Rodrigo Beatriz Joaquín Lucía Esteban",
        "Villalobos Ibáñez García-Robles Montoya Quintero Zamora",
    ),
    "indian": (
        "Priyanka Rajesh Anjali Venkatesh Sunita Arjun Deepak Kavitha",
        "Chatterjee Subramaniam Deshpande Iyer Bhattacharya Kulkarni Reddy Nair",
    ),
    "nigerian": (
        "Chinonso Adaeze Oluwaseun Ngozi Emeka Folake",
        "Okonkwo Adeyemi Eze Balogun Nwosu",
    ),
    "arabic": (
        "Khalid Fatima Yousef Layla Omar Noura",
        "Al-Masri Haddad El-Sayed Mansour Al Hashimi",
    ),
    "korean": ("Min-jun Seo-yeon Ji-hoon Hye-jin", "Kim Park Choi Jung Kang"),
    "japanese": ("Haruto Yuki Satoshi Akiko Keiko", "Nakamura Watanabe Fujimoto Ishikawa Mori"),
    "vietnamese": ("Thi Minh Quang Linh Duc", "Nguyen Tran Pham Hoang Vo"),
    "polish": ("Agnieszka Tomasz Małgorzata Wojciech", "Kowalczyk Wiśniewska Zieliński Nowak"),
    "german": ("Jürgen Annelise Wolfgang Heike", "Schäfer Brinkmann Vogel Köhler von Hagen"),
    "french": ("Geneviève Étienne Mathilde Baptiste", "Lefebvre Dubreuil Moreau Charpentier"),
    "dutch": ("Sander Marijke Willem Femke", "van der Meer Bakker de Vries ten Brink"),
    "turkish": ("Elif Emre Zeynep Murat", "Yıldırım Kaya Demirci Öztürk"),
    "nordic": ("Ingrid Bjørn Sigrid Lars", "Lindqvist Sørensen Haugen Nyström"),
    "greek": ("Eleni Dimitris Katerina Nikos", "Papadopoulos Economou Vlachos"),
    "hard": (
        "Will Mark Grace Hope Summer Chase Jordan",
        "Price Banks Field Long Short Rivers Page",
    ),
}
SYLLABLES = (
    "Wei Jian Guo Min Xiao Ming Hui Fang Li Na Yu Xuan Zi Han Jun Hao Ting Mei Qing Yan".split()
)
PINYIN_SURNAMES = (
    "Zhang Wang Li Chen Liu Zhao Huang Zhou Xu Lin Ouyang Guo Tang Qiu Xie Zheng Lü".split()
)

# ---- Chinese places: city, ID code of a district, area code, first letters of plates ------

CITIES = (
    ("北京市", "朝阳区", "110105", "010", "京"),
    ("北京市", "海淀区", "110108", "010", "京"),
    ("天津市", "南开区", "120104", "022", "津"),
    ("河北省石家庄市", "裕华区", "130108", "0311", "冀"),
    ("山西省太原市", "小店区", "140105", "0351", "晋"),
    ("内蒙古自治区呼和浩特市", "赛罕区", "150105", "0471", "蒙"),
    ("辽宁省沈阳市", "和平区", "210102", "024", "辽"),
    ("吉林省长春市", "南关区", "220102", "0431", "吉"),
    ("黑龙江省哈尔滨市", "南岗区", "230103", "0451", "黑"),
    ("上海市", "浦东新区", "310115", "021", "沪"),
    ("上海市", "徐汇区", "310104", "021", "沪"),
    ("江苏省苏州市", "吴中区", "320506", "0512", "苏"),
    ("浙江省杭州市", "西湖区", "330106", "0571", "浙"),
    ("安徽省合肥市", "蜀山区", "340104", "0551", "皖"),
    ("福建省厦门市", "思明区", "350203", "0592", "闽"),
    ("江西省南昌市", "东湖区", "360102", "0791", "赣"),
    ("山东省青岛市", "市南区", "370202", "0532", "鲁"),
    ("河南省郑州市", "金水区", "410105", "0371", "豫"),
    ("湖北省武汉市", "洪山区", "420111", "027", "鄂"),
    ("湖南省长沙市", "岳麓区", "430104", "0731", "湘"),
    ("广东省广州市", "天河区", "440106", "020", "粤"),
    ("广东省深圳市", "南山区", "440305", "0755", "粤"),
    ("广西壮族自治区南宁市", "青秀区", "450103", "0771", "桂"),
    ("海南省海口市", "龙华区", "460106", "0898", "琼"),
    ("重庆市", "渝中区", "500103", "023", "渝"),
    ("四川省成都市", "武侯区", "510107", "028", "川"),
    ("贵州省贵阳市", "云岩区", "520103", "0851", "贵"),
    ("云南省昆明市", "五华区", "530102", "0871", "云"),
    ("西藏自治区拉萨市", "城关区", "540102", "0891", "藏"),
    ("陕西省西安市", "雁塔区", "610113", "029", "陕"),
    ("甘肃省兰州市", "七里河区", "620103", "0931", "甘"),
    ("青海省西宁市", "城西区", "630104", "0971", "青"),
    ("宁夏回族自治区银川市", "兴庆区", "640104", "0951", "宁"),
    ("新疆维吾尔自治区乌鲁木齐市", "天山区", "650102", "0991", "新"),
)
ROADS = (
    "中山路 解放大道 人民南路 学府街 文昌巷 建设路 和平里大街 "
    "滨河东路 迎宾大道 翠微路 青年路 桃源街 五一路 "
    "金沙湾路 梧桐巷 枫林二路 科技园南路 东风东路 民族大道 石桥铺正街"
).split()
ESTATES = (
    "阳光花园 翡翠城 锦绣江南 绿地世纪城 碧桂园 和平里小区 "
    "龙湖天街 金色家园 紫薇苑 世纪新村 幸福里 "
    "水岸名邸 万科城 保利花园 教师新村 铁路家属院"
).split()
VILLAGES = (
    ("河南省商丘市睢县", "董店乡", "王楼村"), ("湖南省邵阳市隆回县", "桃花坪镇", "石塘村"),
    ("四川省达州市宣汉县", "南坝镇", "大坪村"), ("山东省菏泽市单县", "终兴镇", "刘庄村"),
    ("贵州省毕节市威宁县", "草海镇", "银龙村"), ("江西省上饶市余干县", "古埠镇", "坪上村"),
    ("广东省茂名市电白区", "岭门镇", "山后村"), ("甘肃省定西市陇西县", "首阳镇", "南门村"),
)  # fmt: skip

# ---- places abroad -----------------------------------------------------------------------

US_STREETS = (
    "Maple Avenue|Cherry Hill Road|Old Mill Lane|Washington Boulevard|E 14th Street|Pine Ridge Dr|"
    "Sycamore Ct|N Lakeview Ave|County Road 12|Elm St|Magnolia Terrace|W Broadway"
).split("|")
US_CITIES = (
    "Dayton, OH 454##|Tucson, AZ 857##|Boise, ID 837##|Savannah, GA 314##|Duluth, MN 558##|"
    "Eugene, OR 974##|Baton Rouge, LA 708##|Albany, NY 122##|Fresno, California 937##"
).split("|")
UK_STREETS = (
    "Acacia Road|High Street|Station Approach|Church Lane|Kingsway|Albert Terrace|Mill Close|"
    "Queen's Crescent|Meadow View|Priory Gardens"
).split("|")
UK_CITIES = (
    "Leeds LS6 #@@|Bristol BS8 #@@|Manchester M20 #@@|"
    "Glasgow G12 #@@|London SW11 #@@|Norwich NR2 #@@|"
    "Cardiff CF24 #@@|York YO10 #@@|London E17 #@@"
).split("|")
OTHER_ADDRESSES = (
    "## Wattle Grove, Unit #, Brunswick VIC 305#, Australia|"
    "### Rue Saint-Denis, Apt #, Montréal, QC H2X 1Y#, Canada|"
    "Flat #0#, Lotus Apartments, ## MG Road, Bengaluru 5600##, India|"
    "Blk 4## Ang Mo Kio Avenue #, #0#-1##, Singapore 5600##|"
    "Flat 1#B, ##/F, Tower #, Harbour Court, ## King's Road, North Point, Hong Kong|"
    "## Lindenstraße, 1096# Berlin, Germany|"
    "## Rathmines Road Lower, Dublin 6, D06 X#F#, Ireland"
).split("|")
MAIL_HOSTS = (
    "qq.com 163.com 126.com sina.com foxmail.com gmail.com outlook.com hotmail.co.uk yahoo.com "
    "icloud.com proton.me yeah.net"
).split()
