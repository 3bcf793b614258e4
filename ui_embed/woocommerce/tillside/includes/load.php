<?php
/**
 * What there is, and where it hooks in.
 *
 * @package Tillside
 */

defined( 'ABSPATH' ) || exit;

require_once __DIR__ . '/service.php';
require_once __DIR__ . '/installation.php';
require_once __DIR__ . '/ticket.php';
require_once __DIR__ . '/service-calls.php';
require_once __DIR__ . '/store-access.php';
require_once __DIR__ . '/disconnect.php';
require_once __DIR__ . '/declarations.php';
require_once __DIR__ . '/answers.php';
require_once __DIR__ . '/ticket-route.php';
require_once __DIR__ . '/installation-route.php';
require_once __DIR__ . '/panel-frame.php';
require_once __DIR__ . '/order-screen.php';
require_once __DIR__ . '/user-screen.php';
require_once __DIR__ . '/menu-page.php';
require_once __DIR__ . '/connection-forms.php';
require_once __DIR__ . '/privacy.php';
require_once __DIR__ . '/privacy-policy.php';
require_once __DIR__ . '/storefront.php';
require_once __DIR__ . '/chat.php';
require_once __DIR__ . '/chat-form.php';

/**
 * Hooks in, where WooCommerce runs.
 *
 * @return void
 */
function tillside_start() {
	if ( ! class_exists( 'WooCommerce' ) ) {
		return;
	}
	add_action( 'init', 'tillside_load_translations' );
	add_action( 'rest_api_init', 'tillside_register_ticket_route' );
	add_action( 'rest_api_init', 'tillside_register_installation_route' );
	add_action( 'add_meta_boxes', 'tillside_add_order_box' );
	add_action( 'show_user_profile', 'tillside_show_on_user_screen' );
	add_action( 'edit_user_profile', 'tillside_show_on_user_screen' );
	add_action( 'admin_menu', 'tillside_add_menu_page', 60 );
	add_filter( 'plugin_action_links_' . plugin_basename( TILLSIDE_FILE ), 'tillside_add_page_link' );
	add_action( 'admin_post_tillside_disconnect', 'tillside_disconnect_by_hand' );
	add_action( 'admin_post_tillside_chat', 'tillside_save_chat' );
	add_action( 'admin_init', 'tillside_suggest_privacy_policy' );
	add_filter( 'wp_privacy_personal_data_exporters', 'tillside_register_exporter' );
	add_filter( 'wp_privacy_personal_data_erasers', 'tillside_register_eraser' );
	add_action( 'wp_footer', 'tillside_storefront' );
	add_filter( 'wp_consent_api_registered_' . plugin_basename( TILLSIDE_FILE ), '__return_true' );
}

/**
 * Translations that come with the plugin; those of WordPress.org go before them.
 *
 * @return void
 */
function tillside_load_translations() {
	load_plugin_textdomain( 'tillside', false, dirname( plugin_basename( TILLSIDE_FILE ) ) . '/languages' );
}
