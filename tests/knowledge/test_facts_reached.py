"""Every fact is reached from everyday words: at least three different sentences for every value of every slot."""

import csv

import pytest

from knowledge.facts import FOLDER, SLOTS, stated
from tests.content import READER, RULES
from tests.knowledge.test_facts import TODAY

# What only the intents of the dialogue tell, and what no words tell.
NOT_READ = {"right": {"unknown", "none"}, "situation": {"ticket_service", "out_of_scope"}}

# slot → value → what visitors say
SAID: dict[str, dict[str, tuple[str, ...]]] = {
    "right": {
        "trademark": ("我的商标被人用了", "隔壁店挂着我家的牌子", "镇上有人卖我们的假货", "他的logo跟我注册的一模一样"),
        "patent_invention": ("我有一项发明专利", "他侵犯了我的发明专利", "这个发明专利是我申请的"),
        "patent_utility": ("我申请过实用新型", "有个小专利被抄", "我们的实用新型专利证书下来了"),
        "patent_design": ("我的外观被抄了", "外观专利被仿冒", "我家杯子申请过外观设计"),
        "patent": ("我们厂的专利被侵权", "有人仿我的专利产品", "这个东西我报过专利"),
        "copyright_software": ("我写的软件被破解了", "公司的源代码被离职的带走", "我们的小程序被同行抄了", "软著被侵权"),
        "copyright_art": ("我画的插画被印在杯子上", "详情页的图片被人盗用", "淘宝店盗我的主图", "字体公司说我用了他的字体"),
        "copyright_av": ("我的视频被搬运到抖音", "ktv放了我们的歌", "短剧被人盗录了"),
        "copyright_text": ("公众号抄袭我的文章", "我写的小说被洗稿", "教材被人复印了卖"),
        "copyright": ("作品版权被侵犯", "他们卖盗版", "著作权归谁"),
        "trade_secret": ("前员工把客户名单带走了", "我们的配方被泄露", "商业秘密被偷"),
        "unfair_competition": ("同行刷单", "他们虚假宣传", "同行到处抹黑我们"),
        "geographical_indication": ("冒用我们的地理标志", "他没资格用地标产品", "证明商标被乱用"),
        "plant_variety": ("我育的水稻新品种被套牌", "植物新品种权被侵", "品种权到底归谁"),
        "ic_layout": ("芯片的布图设计被抄", "集成电路设计被复制", "我们登记过布图设计"),
        "domain_name": ("我们的域名被抢注", "网址被人注册了", "com域名跟我的商标一样"),
        "enterprise_name": ("他把我的牌子登记成公司字号", "企业名称跟我们的一样", "有家公司跟我们同名公司", "商号被人用了"),
        "multiple": ("商标和专利都被侵权", "既抄商标又抄外观，商标、外观都是我的", "又说商标侵权又说专利侵权"),
    },
    "situation": {
        "infringed": ("有人仿我的产品", "我去法院起诉了他", "他们冒充我们的牌子"),
        "accused_letter": ("收到律师函", "对方律师发来警告函", "他们给我发了侵权告知函"),
        "accused_platform": ("我的链接被下架", "平台扣分了", "店铺被投诉了"),
        "accused_court": ("收到法院传票", "对方把我告上法庭", "我们被起诉了"),
        "accused_admin": ("市监局来查了", "工商说要罚款", "收到处罚决定书"),
        "accused_criminal": ("公安抓走了我老公", "派出所传我过去", "我被取保候审了"),
        "squatted": ("商标被抢注", "我的牌子被别人注册了", "他拿我家店名去申请"),
        "registration_exam": ("怎么申请商标", "商标被驳回了", "商标快到期要续展"),
        "opposition_invalid_cancel": ("我要对他提异议", "别人申请撤三", "我想申请无效宣告"),
        "license_contract": ("加盟费不退", "许可合同到期还在用", "商标使用费没给"),
        "ownership": ("这算不算职务发明", "发明人奖励没给", "员工离职后申请了专利", "专利到底归谁"),
        "agency_misconduct": ("代理公司收钱不办事", "代理机构骗了我", "找的商标代理跑路了"),
        "criminal_lead": ("我要举报制假窝点", "发现有个地下作坊在做假酒", "举报他们卖冒牌药"),
        "customs": ("货在海关被扣", "出口报关时查到", "口岸那边截了货"),
        "malicious_suit": ("他恶意投诉我", "碰上职业打假的敲诈", "用假专利到处恶意起诉"),
        "preexam_need": ("想走预审", "能不能快速授权", "保护中心优先审查怎么办"),
        "overseas": ("亚马逊上被美国人告", "欧盟那边的客户被查", "337调查怎么应对"),
        "support_need": ("想办专利质押贷款", "哪里可以申请维权援助", "想给专利买个保险"),
        "exhibition": ("展会上发现有人抄", "我们要去参展", "广交会展位被查"),
        "clearance": ("这个名字能不能用", "用这个字体会不会侵权", "想先查查有没有人注册过"),
        "general_knowledge": ("商标和专利有什么区别", "什么是地理标志", "商标保护期是多久"),
    },
    "right_status": {
        "registered": ("我的商标已经注册了", "我有注册证", "我家专利授权了", "商标我早就注册过"),
        "pending": ("我的商标还没下来", "还没拿到证", "我们的专利在实审", "申请已经提交了"),
        "unregistered": ("没注册", "我的牌子没去注册", "我们没申请过专利", "没有商标"),
        "expired": ("我的商标过期了", "我忘了续展", "我们专利年费没交"),
        "cancelled": ("我的商标被撤销了", "我的专利被宣告无效", "我商标被撤三了", "被撤了"),
    },
    "other_status": {
        "published": ("他的商标在初审公告", "对方的标刚公告", "那个标还在公告期"),
        "registered": ("他已经注册了", "商标被别人注册走了", "对方拿到证了"),
        "pending": ("他刚提交申请", "对方的还没下证", "人家还在申请中"),
    },
    "unused": {
        "yes": ("他注册了一直没用", "那个商标三年没使用", "注册了不用", "从来没见他用过"),
        "no": ("他一直在用", "对方在使用", "一直在用", "用着呢"),
    },
    "venue": {
        "offline_store": ("隔壁实体店", "菜市场门口的小店", "县里一家超市"),
        "ecommerce": ("在拼多多上卖", "网店里", "淘宝店"),
        "social_media": ("发在朋友圈", "抖音视频里", "小红书上"),
        "exhibition": ("展会上", "他在瓷博会参展", "展位上"),
        "import_export": ("出口报关", "海关", "集装箱货柜"),
        "overseas": ("在亚马逊上", "卖到美国去了", "国外有人仿"),
        "factory": ("他那个工厂在做", "有个窝点", "对方车间里"),
    },
    "goal": {
        "stop": ("让他停手", "叫他们别卖了", "不让他再用"),
        "damages": ("让他赔钱", "我要索赔", "主要想要赔偿"),
        "criminal": ("想让他坐牢", "追究刑事责任", "能不能判他"),
        "title": ("把商标要回来", "把他的商标无效掉", "商标应该归我"),
        "relist": ("恢复链接", "让我的店铺解封", "把商品恢复上架"),
        "defence": ("怎么抗辩", "不想赔", "要不要应诉"),
        "grant": ("想早点拿证", "想快速授权", "怎么申请商标", "想注册个商标"),
        "info": ("就是想问问", "只是咨询一下", "随便问问", "想了解一下"),
    },
    "field": {
        "electronics": ("做芯片的", "我们是led企业", "线路板厂"),
        "biomedicine": ("做中成药", "医疗器械公司", "疫苗研发"),
        "automobile": ("做汽配的", "新能源车厂", "汽车零件"),
        "new_functional_materials": ("稀土永磁", "铜箔材料", "做石墨烯"),
        "equipment_manufacturing": ("做数控机床", "机械厂", "工程机械"),
        "ceramics": ("做陶瓷的", "瓷器厂", "青花瓷"),
        "aviation_equipment": ("做无人机", "飞机零件", "航空配件"),
        "other": ("做家具", "卖脐橙", "烟花厂", "服装厂"),
    },
    "circumstances": {
        "safety": ("假药吃坏人", "假酒中毒", "仿冒充电宝起火", "冒牌面膜烂脸"),
        "mass": ("全国到处都有卖", "批量仿造", "是个团伙", "有几十家店在卖"),
        "small_scale": ("就一家小店", "只有一家在卖", "夫妻店"),
        "both_willing": ("双方愿意调解", "对方愿意谈", "两边都想和解"),
        "refuses_talk": ("他不愿意谈", "电话不接", "把我拉黑了"),
        "seller": ("我只是卖货的", "进货来卖的", "我们就是个经销商"),
        "maker": ("我们自己生产的", "我们是厂家", "给别人代工"),
        "has_source": ("有进货发票", "从正规渠道进的", "进货单都留着"),
        "individual": ("我是个人", "不是公司", "以个人名义申请"),
        "already_filed": ("已经向国家知识产权局提交了", "专利申请已经提交", "有受理通知书", "申请号都有了，已经递交上去了"),
        "cooling_off": ("昨天刚签的加盟合同", "才签了三天", "加盟是上周签的"),
        "same_goods_same_mark": ("商标一模一样，也是卖酒", "一样的商标一样的商品", "商标相同，商品也一样"),
        "fake_patent": ("假冒专利", "标了个假专利号", "没有专利却标专利号"),
        "no_suit_after_warning": ("发了警告函两个月也不起诉", "律师函来了半年也没去起诉", "不撤回警告也不起诉，想确认不侵权"),
        "wants_evidence": ("想做公证", "怎么取证", "保全证据"),
        "wants_finance": ("专利质押", "想贷款", "知识产权保险"),
        "ongoing": ("到现在还在卖", "一直在仿", "没停手", "还在继续卖"),
        "wants_report": ("想做一份评价报告", "评价报告去哪里申请", "平台要专利权评价报告"),
        "wants_talk": ("想找人调解一下", "能不能坐下来谈", "我想和解算了"),
        "wants_injunction": ("想申请诉前禁令", "能不能先查封他的货", "请法院先叫停"),
        "talk_by_authority": ("想请知识产权局帮忙调解", "局里能不能给调一下", "申请行政调解"),
        "talk_by_court": ("想让法院先调解", "走诉前调解", "请法院出面撮合一下"),
        "generic_name": ("这名字成了通用名称", "大家都当一种小吃名叫了", "行业里都用它当名字"),
        "fair_over": ("展会已经结束了", "展会都散了", "展览早就撤了"),
    },
    "doc_received": {
        "律师函": ("收到律师函", "对方寄来警告函", "他们发来一封函"),
        "平台通知": ("平台发了通知", "淘宝站内信", "抖音判我侵权"),
        "传票": ("收到法院传票", "拿到起诉状", "法院寄来的应诉通知"),
        "处罚告知": ("处罚告知书", "听证告知书", "拟处罚五万"),
        "处罚决定": ("处罚决定书", "罚单", "市监局罚了款"),
        "海关通知": ("海关通知", "收到海关来函", "扣留决定书"),
        "驳回通知": ("收到驳回通知书", "商标被驳回", "专利申请被驳回"),
        "裁决书": ("裁决书下来了", "收到处理决定书", "国知局的裁定"),
        "撤三通知": ("收到撤三通知", "说我三年没使用要撤", "我的商标被人申请撤销"),
        "异议答辩通知": ("我的商标被人异议了", "异议答辩", "我的标被提了异议"),
        "无效通知": ("我的专利被提了无效", "无效答辩通知", "我的商标被他请求无效"),
    },
    "evidence": {
        "权利证书": ("有注册证", "专利证书在手", "有登记证书"),
        "公证书": ("做了公证", "已公证", "公证过了"),
        "购买凭证": ("有订单截图", "小票留着", "买了当证据"),
        "截图": ("截了图", "录屏都有", "聊天记录都在"),
        "合同": ("有合同", "签了保密协议", "合同还在"),
        "进货凭证": ("有进货单", "进货发票", "有发票"),
        "样品": ("样品还在", "买了一个样品", "实物在"),
    },
    "proceeding": {
        "未起诉": ("还没起诉", "没打官司", "没去法院"),
        "已起诉": ("已经起诉", "我被告上法院", "开庭了"),
        "已报案": ("报了案", "已经报警", "公安立案了"),
        "已请求裁决": ("请求了行政裁决", "收到裁决书", "向局里申请了裁决"),
        "有仲裁条款": ("合同里约定仲裁", "有仲裁条款", "协议写了仲裁"),
        "已和解": ("签了和解", "之前和解过", "和解协议已经签了"),
        "已调解成功": ("调解成功了", "签了调解书", "调解好了"),
        "投诉没人管": ("投诉到市监局没人管", "举报了执法部门不理我", "反映给局里一直没答复"),
    },
    "urgency": {
        "海关三个工作日": ("海关说三个工作日", "三个工作日内", "海关只给3天"),
        "展会进行中": ("展会还有两天", "明天撤展", "正在参展"),
        "被采取强制措施": ("我老公被拘留了", "我被取保了", "厂长被刑拘"),
        "即将开庭": ("下周开庭", "马上开庭", "开庭就在明天"),
        "答辩期将满": ("答辩还剩三天", "明天就要交答辩", "答辩最后一天"),
        "异议期将满": ("异议期快到了", "公告期还剩五天", "快过公告期了"),
        "法定期限将满": ("复议期限快到", "上诉只剩两天", "听证要在五天内"),
        "期限将满": ("还剩三天", "明天截止", "马上到期"),
        "人身安全": ("吃坏了", "中毒了", "充电宝起火了"),
        "证据或财产可能转移": ("他会删链接", "货快转移了", "怕他转移财产"),
        "损害正在扩大": ("还在泄露", "还在大量卖", "继续发货"),
        "销售旺季": ("双十一快到了", "旺季", "赶着618"),
        "着急": ("很急", "急死了", "紧急"),
    },
}  # fmt: skip
# slot → (what visitors say, the value) for slots of free values
FREE: dict[str, tuple[tuple[str, str | float], ...]] = {
    "city": (("发现赣州有人卖假货", "赣州市"), ("货在抚州卖", "抚州市"), ("景德镇那边有家店", "景德镇市"), ("不在南昌，在赣州", "赣州市")),
    "county": (("他在南城县", "南城县"), ("对方在九江县开店", "柴桑区"), ("南康的家具厂抄我们", "南康区"), ("湾里那家店", "新建区")),
    "own_city": (("我在赣州", "赣州市"), ("我们公司在南昌", "南昌市"), ("我厂在景德镇", "景德镇市"), ("我是杭州的", "杭州市")),
    "their_city": (("对方公司在南昌", "南昌市"), ("对方是广东的", "广东省"), ("他总部在浙江义乌", "义乌市"), ("被告是美国公司", "美国")),
    "amount": (("他要我赔两三万", "两三万"), ("卖了1w多", "1万多"), ("一共2000元", "2000元")),
    "contact": (("打138-1234-5678", "13812345678"), ("微信号lisi_2020", "微信 lisi_2020"), ("0791-88888888找我", "0791-88888888")),
    "classes": (("注册在第30类", "第30类"), ("我的商标是三十五类的", "第35类"), ("25类和35类都有", "第25类、第35类")),
    "registration_number": (("注册号12345678", "12345678"), ("专利号ZL202030123456.7", "ZL202030123456.7"), ("软著登字第1234567号", "软著登字第1234567号")),
    "years_registered": (("商标注册四年了", 4), ("注册两年半了", 2.5), ("下证3年多", 3)),
    "doc_received_on": (("上周三收到传票", "2026-11-11"), ("11.20签收的", "2026-11-20"), ("20261103送达的起诉状", "2026-11-03"), ("一个礼拜前接到通知", "2026-11-15")),
    "published_on": (("初审公告是10月20日", "2026-10-20"), ("上个月8号公告的", "2026-10-08"), ("11.6号初审", "2026-11-06")),
    "registered_on": (("他的商标2021年3月6日注册的", "2021-03-06"), ("去年11月3号下证", "2025-11-03"), ("2020-05-08核准", "2020-05-08")),
    "acted_on": (("去年底的事", "2025-12-31"), ("上周发现他在卖", "2026-11-15"), ("2025年8月他仿我们的包装", "2025-08-31")),
}  # fmt: skip


def said(text: str) -> dict[str, object]:
    return stated(READER.read(text, TODAY), {}, [])


@pytest.mark.parametrize(
    ("slot", "value", "text"),
    [(slot, value, text) for slot, values in SAID.items() for value, texts in values.items() for text in texts],
)
def test_a_value_is_read_from_everyday_words(slot: str, value: str, text: str) -> None:
    read = said(text).get(slot)

    assert value in (read if isinstance(read, list) else str(read).split("、"))


@pytest.mark.parametrize(
    ("slot", "text", "value"), [(s, text, value) for s, one in FREE.items() for text, value in one]
)
def test_a_free_value_is_read_from_everyday_words(slot: str, text: str, value: str | float) -> None:
    assert said(text)[slot] == value


def test_every_slot_has_its_sentences_and_every_value_three_of_them() -> None:
    assert SAID.keys() | FREE.keys() == set(SLOTS)
    assert {slot for slot, pairs in FREE.items() if len(pairs) < 3} == set()
    assert [(s, v) for s, values in SAID.items() for v, texts in values.items() if len(set(texts)) < 3] == []


@pytest.mark.parametrize("slot", SAID)
def test_every_value_of_the_vocabulary_and_of_the_patterns_has_sentences(slot: str) -> None:
    with (FOLDER / f"{slot}.tsv").open(encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        patterned = {row[1].strip() for row in rows if row and row[0][0] not in "#@"}
    vocabulary = set(RULES.vocabulary.get(slot, patterned)) - NOT_READ.get(slot, set())

    assert SAID[slot].keys() == vocabulary | patterned
